/** Lists that come in pages: the first at once, the others behind a button. */

import { get } from "../api.js";
import { alarm } from "../elements.js";

/** Fill a section's `.rows` from a path that answers {items, next_cursor}; `reload()` adds what is new on top. */
export function fill(section, path, row) {
  const rows = section.querySelector(".rows");
  const more = section.querySelector(".more");
  const shown = new Set();
  let cursor = null;

  async function read(address, add) {
    try {
      alarm(section, "");
      const page = await get(address);
      const fresh = page.items.filter(({ id }) => !shown.has(id));
      const added = fresh.map(row);
      for (const { id } of fresh) shown.add(id);
      if (add === "prepend" && fresh.length === page.items.length) rows.replaceChildren();
      if (add === "append" || fresh.length === page.items.length) cursor = page.next_cursor;
      rows[add](...added);
      section.querySelector(".empty").hidden = rows.children.length > 0;
      more.hidden = !cursor;
      return added;
    } catch (problem) {
      alarm(section, problem.message);
      return [];
    }
  }

  more.addEventListener("click", async () => {
    const [first] = await read(`${path}?cursor=${encodeURIComponent(cursor)}`, "append");
    first?.querySelector("summary, [tabindex]")?.focus();
  });
  const reload = () => read(path, "prepend");
  reload();
  return reload;
}
