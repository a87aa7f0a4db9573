/** Page elements: copies of index.html's templates, and small pieces made in place. No markup from strings. */

export function copy(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

/** An element with attributes and children; a child may be text. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** A description list from pairs; pairs without a value are left out. */
export function describe(pairs) {
  const list = make("dl");
  for (const [term, value] of pairs) {
    if (value) list.append(make("div", {}, make("dt", {}, term), make("dd", {}, value)));
  }
  return list;
}

export function alarm(place, sentence) {
  const alert = place.querySelector(".alert");
  alert.textContent = sentence;
  alert.hidden = !sentence;
}
