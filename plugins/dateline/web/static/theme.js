// Follows the theme of the Airflow page that this one is a frame of; alone, its last choice.
(() => {
  const root = document.documentElement;
  const outer = window.parent !== window ? window.parent.document.documentElement : null;
  const apply = () => {
    const names = outer ? outer.className.split(/\s+/) : [localStorage.getItem("theme")];
    const theme = ["dark", "light"].find((name) => names.includes(name));
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  apply();
  if (outer) new MutationObserver(apply).observe(outer, { attributeFilter: ["class"] });
})();
