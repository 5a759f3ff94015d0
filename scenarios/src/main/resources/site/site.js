"use strict";
(function () {
  const root = document.documentElement;
  if (window.matchMedia("(prefers-color-scheme: dark)").matches) root.dataset.theme = "dark";
  document.addEventListener("DOMContentLoaded", () => {
    document.getElementById("theme").addEventListener("click", () => {
      root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
    });
  });
})();
