// What the portal's pages do better with scripts: a form is sent once, and what is being typed is never refreshed away.
"use strict";

const typed = new WeakSet();

document.addEventListener("input", (event) => {
  const form = event.target.closest("form");
  if (form) typed.add(form);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  // After the form has been read, or the pressed button's own value would be missing from it.
  setTimeout(() => form.querySelectorAll("button").forEach((button) => { button.disabled = true; }), 0);
});

// The browser shows a page as it was left, when one goes back to it.
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form button[disabled]").forEach((button) => { button.disabled = false; });
});

function inUse(region) {
  if (!region) return false;
  if (region.contains(document.activeElement) && document.activeElement !== document.body) return true;
  return [...region.querySelectorAll("form")].some((form) => typed.has(form)) || region.querySelector("details[open]") !== null;
}

document.addEventListener("htmx:before:swap", (event) => {
  const steps = document.getElementById("steps");
  const tasks = event.detail?.tasks;
  if (!tasks || !inUse(steps)) return;
  const place = tasks.findIndex((task) => task.target === steps || task.target === "#steps");
  if (place >= 0) tasks.splice(place, 1);
});
