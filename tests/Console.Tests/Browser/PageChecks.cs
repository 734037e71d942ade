namespace Millrace.Console.Tests;

/// <summary>What every page must keep, checked in the browser: whatever is wrong, in words.</summary>
internal static class PageChecks
{
    /// <summary>
    /// The page is no wider than its window; what can be used has a name; ids are unique; there is one heading of the first
    /// level; text has the contrast that WCAG AA asks for, by the colours as they were computed.
    /// </summary>
    public const string Script = """
        () => {
          const wrong = [];
          const root = document.documentElement;
          const describe = (element) => `${element.tagName.toLowerCase()}.${element.getAttribute("class") ?? ""} '${(element.textContent ?? "").trim().slice(0, 40)}'`;
          const visible = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getBoundingClientRect().width > 1;

          if (root.scrollWidth > root.clientWidth) {
            const wide = [...document.body.querySelectorAll("*")].filter((element) => element.getBoundingClientRect().right > root.clientWidth + 1 && visible(element));
            wrong.push(`the page is ${root.scrollWidth - root.clientWidth} px wider than its window: ${wide.slice(-3).map(describe).join("; ")}`);
          }

          const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
          ids.filter((id, place) => ids.indexOf(id) !== place).forEach((id) => wrong.push(`the id ${id} is there twice`));
          if (document.querySelectorAll("main h1").length !== 1) {
            wrong.push(`there are ${document.querySelectorAll("main h1").length} headings of the first level`);
          }

          const nameOf = (element) => [element.getAttribute("aria-label"), element.getAttribute("alt"), element.textContent,
            ...(element.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent), ...[...(element.labels ?? [])].map((label) => label.textContent)].find((name) => name?.trim());
          for (const element of document.querySelectorAll("a, button, input, select, textarea, [role=tab], [role=region], [role=img], dialog[open]")) {
            if (visible(element) && !nameOf(element)) {
              wrong.push(`${describe(element)} has no name`);
            }
          }
          document.querySelectorAll("img:not([alt])").forEach((image) => wrong.push(`${describe(image)} has no alt`));

          const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
          const rgba = (colour) => {
            canvas.clearRect(0, 0, 1, 1);
            canvas.fillStyle = colour;
            canvas.fillRect(0, 0, 1, 1);
            return [...canvas.getImageData(0, 0, 1, 1).data];
          };
          const behind = (element) => {
            for (let one = element; one !== null; one = one.parentElement) {
              const colour = rgba(getComputedStyle(one).backgroundColor);
              if (colour[3] > 250) {
                return colour;
              }
            }
            return [255, 255, 255, 255];
          };
          const light = (colour) => colour.slice(0, 3).map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)).reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
          const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          const looked = new Set();
          for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
            const element = node.parentElement;
            if (node.data.trim() === "" || looked.has(element) || !visible(element) || element.closest(":disabled, option, .unseen, [hidden]")) {
              continue;
            }
            looked.add(element);
            const style = getComputedStyle(element);
            const [one, other] = [light(rgba(element.namespaceURI.endsWith("svg") ? style.fill : style.color)), light(behind(element))].sort((a, b) => b - a);
            const contrast = (one + 0.05) / (other + 0.05);
            const isLarge = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && parseInt(style.fontWeight, 10) >= 700);
            if (contrast < (isLarge ? 3 : 4.5)) {
              wrong.push(`${describe(element)} has a contrast of ${contrast.toFixed(2)}`);
            }
          }
          return wrong.slice(0, 20);
        }
        """;
}
