"use strict";
{
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const filters = document.querySelector(".filters");
  const output = document.querySelector("output");
  const empty = document.querySelector(".empty");
  const dialog = document.querySelector("dialog");
  const chips = all(".chip", filters);
  const fold = filters.elements.fold;
  const groups = all(".group");
  const findings = all(".finding");
  const requirements = all(".requirement").map((node) => ({
    node,
    outcome: node.dataset.outcome,
    levels: node.dataset.levels.split(" "),
    operations: node.dataset.operations.split(" "),
    search: node.dataset.search,
    findings: all(".finding", node).map((finding) => ({
      node: finding,
      level: finding.dataset.level,
      operation: finding.dataset.operation,
      search: finding.dataset.search,
    })),
  }));
  let isUnfolded = false;

  const plural = (count, word) => `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;

  function chosen() {
    return {
      outcomes: chips.filter((chip) => chip.getAttribute("aria-pressed") === "true").map((chip) => chip.dataset.outcome),
      level: filters.elements.level.value,
      operation: filters.elements.operation ? filters.elements.operation.value : "",
      words: filters.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean),
    };
  }

  function apply() {
    const want = chosen();
    const matches = (text) => want.words.every((word) => text.includes(word));
    let shown = 0;
    let shownFindings = 0;
    for (const one of requirements) {
      const isNamed = matches(one.search);
      let kept = 0;
      for (const finding of one.findings) {
        const keeps =
          (!want.level || finding.level === want.level) &&
          (!want.operation || finding.operation === want.operation) &&
          (isNamed || matches(`${one.search} ${finding.search}`));
        finding.node.hidden = !keeps;
        kept += keeps;
      }
      const fits = one.findings.length
        ? kept > 0
        : (!want.level || one.levels.includes(want.level)) &&
          (!want.operation || one.operations.includes(want.operation)) &&
          isNamed;
      const isShown = fits && (!want.outcomes.length || want.outcomes.includes(one.outcome));
      one.node.hidden = !isShown;
      shown += isShown;
      shownFindings += isShown ? kept : 0;
    }
    for (const group of groups) {
      group.hidden = !group.querySelector(".requirement:not([hidden])");
    }
    empty.hidden = shown > 0;
    output.textContent = `${plural(shown, "requirement")}, ${plural(shownFindings, "finding")}`;
  }

  function clear() {
    chips.forEach((chip) => chip.setAttribute("aria-pressed", "false"));
    filters.reset();
    apply();
  }

  function unfold(node) {
    for (let outer = node; outer; outer = outer.parentElement) {
      if (outer.tagName === "DETAILS") {
        outer.open = true;
      }
    }
  }

  function unfoldAll(isOpen) {
    isUnfolded = isOpen;
    all(".requirement:not([hidden]), .finding:not([hidden])").forEach((node) => {
      node.open = isOpen;
    });
    fold.textContent = isOpen ? "Fold all" : "Unfold all";
  }

  function visit(step) {
    const visible = findings.filter((node) => !node.hidden && !node.closest(".requirement").hidden);
    const here = visible.indexOf(document.activeElement.closest(".finding"));
    const next = visible[Math.min(visible.length - 1, Math.max(0, here + step))];
    if (next) {
      unfold(next);
      next.querySelector("summary").focus({ preventScroll: true });
      next.scrollIntoView({ block: "center" });
      history.replaceState(null, "", `#${next.id}`);
    }
  }

  function follow() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.matches(".requirement, .finding")) {
      if (target.hidden || target.closest(".requirement").hidden) {
        clear();
      }
      unfold(target);
      target.scrollIntoView();
    }
  }

  async function copy(button) {
    const text = button.parentElement.querySelector("code").textContent;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      button.focus();
    }
    button.textContent = "Copied";
    button.addEventListener("blur", () => (button.textContent = "Copy"), { once: true });
    setTimeout(() => (button.textContent = "Copy"), 2000);
  }

  const keys = {
    "/": () => filters.elements.text.focus(),
    j: () => visit(1),
    k: () => visit(-1),
    e: () => unfoldAll(!isUnfolded),
    c: () => {
      const finding = document.activeElement.closest(".finding");
      if (finding) {
        copy(finding.querySelector(".details .copy"));
      }
    },
    "?": () => dialog.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || dialog.open) {
      return;
    }
    if (event.key === "Escape") {
      clear();
      document.activeElement.blur();
    } else if (!event.target.matches("input, select, textarea") && keys[event.key]) {
      event.preventDefault();
      keys[event.key]();
    }
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button, a");
    if (!button) {
      return;
    }
    if (button.matches(".copy")) {
      copy(button);
    } else if (button.matches(".chip")) {
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
      apply();
    } else if (button.name === "clear") {
      clear();
    } else if (button.matches("a.cell")) {
      clear();
      filters.elements.operation.value = button.dataset.operation;
      apply();
    } else if (button.matches("a[href^='#']") && button.hash === location.hash) {
      follow();
    }
  });
  fold.addEventListener("click", () => unfoldAll(!isUnfolded));
  filters.elements.help.addEventListener("click", () => dialog.showModal());
  filters.addEventListener("input", apply);
  filters.addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("hashchange", follow);

  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = all(".requirement, .finding").filter((node) => !node.open && node.matches(".finding, .failed, .warned"));
    folded.forEach((node) => (node.open = true));
  });
  window.addEventListener("afterprint", () => folded.forEach((node) => (node.open = false)));

  filters.hidden = false;
  document.querySelector(".tools").hidden = false;
  document.documentElement.classList.add("scripted");
  apply();
  follow();
}
