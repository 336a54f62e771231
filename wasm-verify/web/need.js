// The fourth question, asked by the address: `?level=3&standard=GB/T%2039116&site=440100&date=2027-01-01`.

import { day, text } from "./texts.js";

const LONGEST = 200;

/** The need that the parameters of an address ask; null where they ask none. What is out of form is not asked. */
export function needIn(parameters) {
  const need = {};
  const level = Number(parameters.get("level"));
  if (Number.isInteger(level) && level >= 1 && level <= 5) need.level = level;
  for (const name of ["standard", "site"]) {
    const value = parameters.get(name)?.trim();
    if (value && value.length <= LONGEST) need[name] = value;
  }
  const date = parameters.get("date");
  if (/^\d{4}-\d\d-\d\d$/.test(date ?? "") && new Date(`${date}T00:00:00Z`).toJSON()?.startsWith(date)) need.date = date;
  return Object.keys(need).length > 0 ? need : null;
}

/** The need in words. */
export function needTold({ level, standard, site, date }) {
  const parts = [
    level && text("page.need.atLeast", { level: text(`page.levels.${level}.name`) }),
    standard, site && `${text("page.need.site")} ${site}`, date && `${text("page.need.date")} ${day(date)}`,
  ];
  return parts.filter(Boolean).join(" · ");
}
