// The icons the templates name, from Aksel (MIT), gathered into one sprite when the site is built. The templates draw them with
// <use>, so that a page carries no drawing twice. Add an icon by adding its line here: our name on the left, Aksel's file on the right.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const ICONS = {
  late: "ExclamationmarkTriangleFill", near: "Clock", later: "Calendar", none: "Minus",
  planned: "Calendar", decided: "CheckmarkCircle", running: "ChevronRightCircleFill", done: "CheckmarkCircleFill",
  waiting: "Hourglass", hidden: "PadlockLocked", consent: "CheckmarkCircleFill", ahead: "Circle", partly: "CircleBroken",
  stopped: "ExclamationmarkTriangleFill", warning: "ExclamationmarkTriangle", cancelled: "XMark",
  person: "Person", relative: "PersonGroup", region: "Hospital", municipality: "Buildings3", other: "HandHeart",
  left: "ChevronLeft", right: "ChevronRight", down: "ChevronDown", search: "MagnifyingGlass", filter: "Filter",
  plus: "Plus", remove: "XMark", edit: "Pencil", print: "PrinterSmall", copy: "Files", eye: "EyeWithPupil", info: "InformationSquare",
  menu: "MenuHamburger", dots: "MenuElipsisHorizontal", card: "PersonRectangle", door: "DoorOpen", file: "FileText", upload: "Upload",
  download: "Download", history: "ClockDashed", phone: "Phone", message: "EnvelopeClosed", gear: "Cog", group: "PersonGroup",
  help: "QuestionmarkCircle", undo: "ArrowUndo", redo: "ArrowRedo", up: "ArrowUp", below: "ArrowDown", branch: "Branching", table: "Table",
  clock: "Clock", folder: "Folder", play: "Play", paused: "Pause",
};

/** A Vite plugin: adds `icons.svg` to what is built. Names an icon that Aksel no longer has instead of leaving a hole. */
export default function icons() {
  return {
    name: "samordna-icons",
    generateBundle() {
      const require = createRequire(import.meta.url);
      const symbols = Object.entries(ICONS).map(([name, file]) => {
        const svg = readFileSync(require.resolve(`@navikt/aksel-icons/svg/${file}.svg`), "utf8");
        const drawing = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").trim();
        return `<symbol id="${name}" viewBox="0 0 24 24">${drawing}</symbol>`;
      });
      this.emitFile({
        type: "asset", fileName: "icons.svg",
        source: `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("\n")}</svg>\n`,
      });
    },
  };
}
