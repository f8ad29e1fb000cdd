/* allauth raises `allauth.error` when a security key does not answer; people get a sentence instead of a silent page. */
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const trouble = document.getElementById("security-key-trouble");
  if (trouble) trouble.hidden = false;
});
