/** Lists that come in pages: the first at once, the others behind a button. */

import { get } from "../api.js";
import { alarm } from "../elements.js";

/** Fill a section's `.rows` from a path that answers {items, next_cursor}; `reload()` starts again. */
export function fill(section, path, row) {
  const rows = section.querySelector(".rows");
  const more = section.querySelector(".more");
  let cursor = null;

  async function read({ anew }) {
    try {
      alarm(section, "");
      const page = await get(anew || !cursor ? path : `${path}?cursor=${encodeURIComponent(cursor)}`);
      cursor = page.next_cursor;
      const added = page.items.map(row);
      if (anew) rows.replaceChildren();
      rows.append(...added);
      section.querySelector(".empty").hidden = rows.children.length > 0;
      more.hidden = !cursor;
      return added;
    } catch (problem) {
      alarm(section, problem.message);
      return [];
    }
  }

  more.addEventListener("click", async () => {
    const [first] = await read({ anew: false });
    first?.querySelector("summary, [tabindex]")?.focus();
  });
  const reload = () => read({ anew: true });
  reload();
  return reload;
}
