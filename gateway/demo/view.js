// Descriptions of elements, and bringing the page to what they describe. Elements that stay are kept, with their
// focus, their selection and what has been typed; nothing is ever built out of a string.

const SVG = "http://www.w3.org/2000/svg";
const described = new WeakMap();

/** Describe an element. Children may be nested lists; null, undefined and booleans are nothing. */
export function h(tag, props, ...children) {
  const { key = null, ...rest } = props ?? {};
  return { tag, key, props: rest, children: flat(children) };
}

function flat(children) {
  return children.flat(Infinity).filter((child) => child != null && typeof child !== "boolean");
}

/** Make the children of `parent` what is described. */
export function patch(parent, children, svg = parent.namespaceURI === SVG) {
  const before = [...parent.childNodes];
  const keyed = new Map();
  for (const node of before) {
    const key = described.get(node)?.key;
    if (key != null) keyed.set(key, node);
  }
  const loose = before.filter((node) => described.get(node)?.key == null);
  const kept = new Set();
  const after = flat([children]).map((child) => {
    const node = reuse(child, keyed, loose);
    if (node) kept.add(node);
    return bring(node, child, svg);
  });
  for (const node of before) if (!kept.has(node)) node.remove();
  // Only what is out of place is moved: moving an element would take its focus away.
  after.forEach((node, at) => {
    const there = parent.childNodes[at];
    if (there !== node) parent.insertBefore(node, there ?? null);
  });
}

function reuse(child, keyed, loose) {
  if (typeof child !== "object") {
    return loose[0]?.nodeType === Node.TEXT_NODE ? loose.shift() : null;
  }
  if (child.key != null) {
    const node = keyed.get(child.key);
    return node && described.get(node).tag === child.tag ? node : null;
  }
  const at = loose.findIndex((node) => described.get(node)?.tag === child.tag);
  return at < 0 ? null : loose.splice(0, at + 1)[at];
}

function bring(node, child, svg) {
  if (typeof child !== "object") {
    const text = String(child);
    if (!node) return document.createTextNode(text);
    if (node.data !== text) node.data = text;
    return node;
  }
  const inSvg = svg || child.tag === "svg";
  const old = node && described.get(node);
  if (old === child) return node;
  const element = node ?? (inSvg ? document.createElementNS(SVG, child.tag) : document.createElement(child.tag));
  described.set(element, child);
  for (const name of Object.keys(old?.props ?? {})) if (!(name in child.props)) set(element, name, null);
  const { value, ...others } = child.props;
  for (const [name, now] of Object.entries(others)) if (old?.props[name] !== now) set(element, name, now);
  patch(element, child.children, inSvg);
  // After the children: a select knows its options only then.
  if (value !== undefined && old?.props.value !== value) setValue(element, String(value));
  return element;
}

function set(element, name, value) {
  if (name.startsWith("on")) element[name] = value;
  // "false" is a state of its own there, not the absence of one.
  else if (name.startsWith("aria-") && typeof value === "boolean") element.setAttribute(name, String(value));
  else if (name === "checked") element.checked = Boolean(value);
  else if (value == null || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : String(value));
}

function setValue(element, value) {
  if (element.tagName === "OPTION") {
    element.value = value;
    return;
  }
  if (element.value === value) return;
  if (element !== document.activeElement || element.tagName !== "TEXTAREA") {
    element.value = value;
    return;
  }
  // Somebody is writing here: the text changes around the caret.
  const { value: old, selectionStart, selectionEnd, selectionDirection, scrollTop } = element;
  const start = common(old, value, 0);
  const end = common(old, value, start, true);
  const moved = (caret) => {
    if (caret <= start) return caret;
    if (caret >= old.length - end) return caret + value.length - old.length;
    return Math.min(caret, value.length - end);
  };
  element.value = value;
  element.setSelectionRange(moved(selectionStart), moved(selectionEnd), selectionDirection);
  element.scrollTop = scrollTop;
}

/** How many characters two texts have in common: at the start, or at the end without the first `start`. */
export function common(one, other, start, fromEnd = false) {
  const most = Math.min(one.length, other.length) - start;
  let length = 0;
  while (length < most) {
    const same = fromEnd
      ? one[one.length - 1 - length] === other[other.length - 1 - length]
      : one[start + length] === other[start + length];
    if (!same) break;
    length += 1;
  }
  return length;
}
