/* Cookies hold how a person likes this browser: `theme`, `keys`, `pace` (of spoken answers), which the server reads so that
   nothing flashes, and `microphone`. They stay when somebody signs out, unlike all else that a browser keeps of us. Over TLS
   their names begin with `__Host-`, so that no other host can have planted them. */
const YEAR_SECONDS = 31536000;
const isSecure = location.protocol === "https:";
const BOUND = isSecure ? "__Host-" : "";

export function remember(name, value) {
  const secure = isSecure ? "; Secure" : "";
  document.cookie = `${BOUND}${name}=${encodeURIComponent(value)}; Path=/; Max-Age=${YEAR_SECONDS}; SameSite=Lax${secure}`;
}

export function remembered(name) {
  const found = document.cookie.split("; ").find((one) => one.startsWith(`${BOUND}${name}=`));
  return found ? decodeURIComponent(found.slice(found.indexOf("=") + 1)) : "";
}
