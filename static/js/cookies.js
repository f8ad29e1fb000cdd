/* Two cookies hold how a person likes the page: `theme` and `keys`. The server reads them, so nothing flashes. */
const YEAR_SECONDS = 31536000;

export function remember(name, value) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${value}; Path=/; Max-Age=${YEAR_SECONDS}; SameSite=Lax${secure}`;
}
