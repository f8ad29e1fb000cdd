/* Swagger UI, told where the description is and to prove, as any page of ours does, that a request comes from here. */
import { csrfToken } from "./csrf.js";

const place = document.getElementById("api-docs");

window.SwaggerUIBundle({
  domNode: place,
  url: place.dataset.document,
  deepLinking: true,
  validatorUrl: null,
  displayRequestDuration: true,
  tagsSorter: "alpha",
  requestInterceptor: (request) => {
    request.headers["X-CSRFToken"] = csrfToken();
    return request;
  },
});
