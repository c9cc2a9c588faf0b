/** Light or dark: as the system has it, unless somebody chose, which the browser keeps. The page's head sets it before the first paint. */

export const themes = ["auto", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const KEY = "ebbflow-theme";
const dark = typeof matchMedia === "undefined" ? null : matchMedia("(prefers-color-scheme: dark)");

function kept(): Theme {
  try {
    const found = localStorage.getItem(KEY) as Theme | null;
    return found && themes.includes(found) ? found : "auto";
  } catch {
    // A frame of somebody else's page may be kept from it.
    return "auto";
  }
}

class Themes {
  chosen = $state<Theme>(kept());
  #system = $state(dark?.matches ?? false);
  /** What is shown: who paints by colours looks at this. */
  readonly now: "light" | "dark" = $derived(this.chosen === "auto" ? (this.#system ? "dark" : "light") : this.chosen);

  constructor() {
    dark?.addEventListener("change", () => {
      this.#system = dark.matches;
      this.#show();
    });
  }

  choose(theme: Theme): void {
    this.chosen = theme;
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // It holds for this page alone.
    }
    this.#show();
  }

  #show(): void {
    document.documentElement.dataset.theme = this.now;
  }
}

export const theme = new Themes();
