/* Swagger UI, when somebody asks for it: fetched then, told where the description is and to prove, as any page of ours
   does, that a request comes from here. */
import { note } from "./announce.js";
import { csrfToken } from "./csrf.js";
import { words } from "./words.js";

const place = document.getElementById("api-docs");
const button = document.getElementById("api-try");

function fetched(element) {
  return new Promise((done, failed) => {
    element.onload = done;
    element.onerror = failed;
    document.head.append(element);
  });
}

function show() {
  place.className = "api-sheet";
  window.SwaggerUIBundle({
    domNode: place,
    url: place.dataset.document,
    deepLinking: true,
    validatorUrl: null,
    displayRequestDuration: true,
    requestInterceptor: (request) => {
      request.headers["X-CSRFToken"] = csrfToken();
      return request;
    },
  });
}

button.addEventListener("click", async () => {
  button.disabled = true;
  try {
    await Promise.all([
      fetched(Object.assign(document.createElement("link"), { rel: "stylesheet", href: place.dataset.style })),
      fetched(Object.assign(document.createElement("script"), { src: place.dataset.script })),
    ]);
    button.hidden = true;
    show();
  } catch {
    button.disabled = false;
    note(words("no_answer"), "danger");
  }
});
