// The files in folders that somebody dropped.

/** Deepest folder looked into. */
const DEEPEST = 8;

/** Up to `most` files of folders, in order of name; hidden ones are left out. */
export async function filesIn(folders, most) {
  const files = [];
  const look = async (entry, depth) => {
    if (files.length >= most || entry.name.startsWith(".")) return;
    if (entry.isFile) {
      files.push(await new Promise((resolve, reject) => { entry.file(resolve, reject); }));
    } else if (depth < DEEPEST) {
      for (const inside of await entriesOf(entry)) await look(inside, depth + 1);
    }
  };
  for (const folder of folders) await look(folder, 0);
  return files;
}

/** A folder is read some hundred entries at a time, until there are none. */
async function entriesOf(folder) {
  const reader = folder.createReader();
  const entries = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => { reader.readEntries(resolve, reject); });
    if (some.length === 0) return entries.sort((one, other) => one.name.localeCompare(other.name));
    entries.push(...some);
  }
}
