// A screen's first page: pairs by the code behind the address, goes on to the board, and waits for a server that is away.
const [form, code, said] = ["form", "code", "said"].map((id) => document.getElementById(id));
const light = matchMedia("(prefers-color-scheme: light)");
const AGAIN_MS = 5000;
const WORDS = {
  away: "服务器无响应, 正在重试。 The server does not answer; trying again.",
  wrong: "配对码错误或已过期。 The code is wrong or has expired.",
};

function shade() {
  document.documentElement.dataset.theme = light.matches ? "light" : "dark";
}

async function ask(body) {
  const send = body && { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch("/api/v1/kiosk", send || {});
  return answer.ok ? answer.json() : { paired: false, status: answer.status };
}

function later(work) {
  said.textContent = WORDS.away;
  setTimeout(work, AGAIN_MS);
}

async function pair(text) {
  const screen = await ask({ code: text }).catch(() => null);
  if (!screen || screen.status >= 429) return later(() => pair(text));
  if (screen.paired) return location.replace(screen.goes_to);
  said.textContent = WORDS.wrong;
  form.hidden = false;
  code.focus();
}

async function begin() {
  const given = location.hash.slice(1);
  // The code is good once: it need not stay in the history.
  history.replaceState(null, "", location.pathname);
  if (given) return pair(given);
  const screen = await ask().catch(() => null);
  if (!screen || screen.status >= 429) return later(begin);
  if (screen.paired) return location.replace(screen.goes_to);
  form.hidden = false;
  code.focus();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  pair(code.value.trim());
});
light.addEventListener("change", shade);
shade();
begin();
