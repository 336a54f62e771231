// The certificate scanned within the page: the rear camera, its lamp where it has one, and a view of its own for each
// reason why there is no picture.

/** Milliseconds without a code, after which the camera is let go. */
const LIMIT = 60_000;
/** Milliseconds between two looks. */
const PAUSE = 120;
/** Longest side of a look, in pixels. */
const SIDE = 1280;

/**
 * Shows the camera in `place` until a code is found, somebody closes it, or a minute is over. `found` is given the texts
 * of each look that has any, and tells whether that ends it; `another` is another way in.
 */
export async function scan(page, reader, place, { found, another, closed }) {
  const { element, button, text } = page;
  const video = element("video", { playsinline: true, autoplay: true, "aria-label": text("ways.camera.view") });
  video.muted = true;
  const status = element("p", { class: "camera-status", role: "status" }, text("ways.camera.starting"));
  let stream;
  let over = false;
  const end = () => {
    over = true;
    for (const track of stream?.getTracks() ?? []) track.stop();
    removeEventListener("pagehide", end);
    place.replaceChildren();
    closed();
  };
  const heading = element("h2", { tabindex: "-1" }, text("ways.camera.title"));
  const controls = element("p", { class: "camera-controls" }, button(text("ways.camera.stop"), end));
  place.replaceChildren(heading, element("div", { class: "camera-frame" }, video), status, controls);
  heading.focus();
  const instead = (reason) => {
    for (const track of stream?.getTracks() ?? []) track.stop();
    over = true;
    const title = element("h2", { tabindex: "-1", "data-camera": reason }, text(`ways.camera.${reason}.title`));
    place.replaceChildren(title, element("p", {}, text(`ways.camera.${reason}.hint`)), element("p", { class: "camera-controls" },
      button(text("ways.camera.retry"), () => scan(page, reader, place, { found, another, closed }), "primary"),
      button(text("ways.choose"), another), button(text("ways.camera.back"), end)));
    title.focus();
  };
  try {
    if (!navigator.mediaDevices?.getUserMedia) throw new DOMException("", "NotFoundError");
    stream = await navigator.mediaDevices.getUserMedia({
      audio: false, video: { facingMode: { ideal: "environment" }, width: { ideal: 1920 }, height: { ideal: 1080 } },
    });
  } catch (error) {
    if (!over) instead({ NotAllowedError: "denied", SecurityError: "denied", NotReadableError: "busy", AbortError: "busy" }[error.name] ?? "none");
    return;
  }
  if (over) {
    for (const track of stream.getTracks()) track.stop();
    return;
  }
  addEventListener("pagehide", end);
  video.srcObject = stream;
  await video.play().catch(() => {});
  lamp(page, stream, controls);
  status.textContent = text("ways.camera.searching");
  const started = Date.now();
  const canvas = document.createElement("canvas");
  for (let look = 0; !over; look += 1) {
    const picture = pixels(canvas, video, video.videoWidth, video.videoHeight);
    if (picture) {
      const answer = await reader.ask({ picture: { ...picture, glance: look } }, [picture.rgba]);
      if (over) return;
      if (answer.refused === "notLoaded") {
        instead("notLoaded");
        return;
      }
      if (answer.texts?.length > 0) {
        const told = found(answer.texts);
        if (told === undefined) {
          end();
          return;
        }
        status.textContent = told;
      }
    }
    if (Date.now() - started > LIMIT) {
      instead("timeout");
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

/** A switch for the lamp, where this camera has one. */
function lamp({ button, text }, stream, controls) {
  const [track] = stream.getVideoTracks();
  if (!track?.getCapabilities?.().torch) return;
  let on = false;
  const toggle = button(text("ways.camera.lamp"), async () => {
    try {
      await track.applyConstraints({ advanced: [{ torch: !on }] });
      on = !on;
    } catch {
      // The camera took it back: the switch stays as it was.
    }
    toggle.setAttribute("aria-pressed", String(on));
  });
  toggle.setAttribute("aria-pressed", "false");
  controls.prepend(toggle);
}

/** The pixels of a picture, no longer than the reader looks at; none while there are none. */
export function pixels(canvas, source, fullWidth, fullHeight, side = SIDE) {
  if (!fullWidth || !fullHeight) return undefined;
  const scale = Math.min(1, side / Math.max(fullWidth, fullHeight));
  const [width, height] = [fullWidth, fullHeight].map((length) => Math.max(1, Math.round(length * scale)));
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  // What is not opaque lies on white paper.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.drawImage(source, 0, 0, width, height);
  return { rgba: context.getImageData(0, 0, width, height).data.buffer, width, height };
}
