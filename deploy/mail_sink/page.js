// Shows what has come since: the list anew, and the mail that is being read as it is.
const root = document.documentElement;
setInterval(async () => {
  if (document.hidden) return;
  try {
    const answer = await fetch("/version.json");
    if (String(await answer.json()) === root.dataset.version) return;
    const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
    for (const part of ["nav", "header"]) document.querySelector(part).replaceWith(page.querySelector(part));
    root.dataset.version = page.documentElement.dataset.version;
  } catch { /* The sink is away: it may come back. */ }
}, 1500);
