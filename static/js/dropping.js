/* Files dropped on an element; `mark` shows that they would be taken. */
export function onDrop(element, mark, take) {
  for (const kind of ["dragenter", "dragover"]) {
    element.addEventListener(kind, (event) => {
      event.preventDefault();
      mark.classList.add("is-over");
    });
  }
  for (const kind of ["dragleave", "drop"]) element.addEventListener(kind, () => mark.classList.remove("is-over"));
  element.addEventListener("drop", (event) => {
    event.preventDefault();
    take(event.dataTransfer.files);
  });
}
