/* [data-mentions="address"]: a text area in which @ offers colleagues (data-mentions-words names the list). What is typed stays plain text: name@hospital.org.
   Arrow keys choose, Enter or Tab takes, Escape closes; without script the address is written by hand. */
const BEGUN = /(?:^|\s)@([\p{L}\w.+-]{0,40})$/u;
const WAIT_MS = 120;
let lists = 0;

function option(id, person) {
  const item = document.createElement("li");
  Object.assign(item, { id, className: "mention-option" });
  item.setAttribute("role", "option");
  item.dataset.email = person.email;
  const name = document.createElement("b");
  name.textContent = person.name;
  const email = document.createElement("span");
  email.className = "sub";
  email.textContent = person.email;
  item.append(name, email);
  return item;
}

class Mentions {
  constructor(box) {
    this.box = box;
    this.area = box.querySelector("textarea");
    this.list = document.createElement("ul");
    Object.assign(this.list, { id: `mentions-${(lists += 1)}`, className: "mention-list pop", hidden: true });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", box.dataset.mentionsWords);
    box.append(this.list);
    this.area.setAttribute("aria-autocomplete", "list");
    this.area.setAttribute("aria-controls", this.list.id);
    this.area.setAttribute("autocomplete", "off");
    this.area.addEventListener("input", () => this.look());
    this.area.addEventListener("keydown", (event) => this.key(event));
    this.area.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    this.list.addEventListener("mousedown", (event) => this.pointed(event));
  }

  begun() {
    return BEGUN.exec(this.area.value.slice(0, this.area.selectionStart))?.[1];
  }

  look() {
    clearTimeout(this.timer);
    if (this.begun() === undefined) return this.close();
    this.timer = setTimeout(() => this.fetch(), WAIT_MS);
  }

  async fetch() {
    const begun = this.begun();
    if (begun === undefined) return this.close();
    try {
      const answer = await fetch(`${this.box.dataset.mentions}?q=${encodeURIComponent(begun)}`, { credentials: "same-origin" });
      const { people } = answer.ok ? await answer.json() : { people: [] };
      if (begun === this.begun()) this.offer(people);
    } catch {
      this.close();
    }
  }

  offer(people) {
    this.list.replaceChildren(...people.map((person, at) => option(`${this.list.id}-${at}`, person)));
    this.list.hidden = !people.length;
    this.choose(0);
  }

  choose(at) {
    const options = [...this.list.children];
    this.at = options.length ? (at + options.length) % options.length : -1;
    options.forEach((item, number) => item.setAttribute("aria-selected", String(number === this.at)));
    if (this.at < 0) return this.area.removeAttribute("aria-activedescendant");
    this.area.setAttribute("aria-activedescendant", options[this.at].id);
    options[this.at].scrollIntoView({ block: "nearest" });
  }

  key(event) {
    if (this.list.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.choose(this.at + step);
    else if (event.key === "Enter" || event.key === "Tab") this.take(this.list.children[this.at]);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  pointed(event) {
    event.preventDefault();
    const item = event.target.closest(".mention-option");
    if (item) this.take(item);
  }

  take(item) {
    const end = this.area.selectionStart;
    const start = end - this.begun().length;
    this.area.setRangeText(`${item.dataset.email} `, start, end, "end");
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
    this.close();
  }

  close() {
    this.list.hidden = true;
    this.area.removeAttribute("aria-activedescendant");
  }
}

function start(root) {
  const boxes = [...root.querySelectorAll("[data-mentions]")];
  if (root.matches?.("[data-mentions]")) boxes.push(root);
  for (const box of boxes.filter((element) => !element.dataset.mentionsStarted)) {
    box.dataset.mentionsStarted = "true";
    new Mentions(box);
  }
}

start(document);
document.addEventListener("htmx:load", (event) => start(event.target));
