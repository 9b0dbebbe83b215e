// Runs before the first paint, so that no wrong theme flashes by.
(() => {
  const stored = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const store = (key, value) => { try { localStorage.setItem(key, value); } catch { /* private mode: lasts for this page */ } };
  const system = matchMedia("(prefers-color-scheme: dark)");
  let theme = stored("theme") ?? "system";
  let narrow = stored("rail") === "narrow";
  const dark = () => theme === "dark" || (theme === "system" && system.matches);
  const apply = () => {
    document.documentElement.dataset.theme = dark() ? "dark" : "light";
    return { theme, dark: dark(), narrow };
  };
  system.addEventListener("change", apply);
  apply();
  window.studioFrame = {
    read: apply,
    nextTheme() {
      theme = { system: "light", light: "dark", dark: "system" }[theme];
      store("theme", theme);
      return apply();
    },
    toggleRail() {
      narrow = !narrow;
      store("rail", narrow ? "narrow" : "wide");
      return apply();
    },
  };
})();
