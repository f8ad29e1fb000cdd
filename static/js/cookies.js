/* Cookies hold how a person likes this browser: `theme`, `keys`, `pace` (of spoken answers), which the server reads so that
   nothing flashes, and `microphone`. They stay when somebody signs out, unlike all else that a browser keeps of us. */
const YEAR_SECONDS = 31536000;

export function remember(name, value) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${encodeURIComponent(value)}; Path=/; Max-Age=${YEAR_SECONDS}; SameSite=Lax${secure}`;
}

export function remembered(name) {
  const found = document.cookie.split("; ").find((one) => one.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}
