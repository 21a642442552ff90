// Turns every <textarea data-rich> into a Trix editor. Without scripts the textarea stays, and takes HTML or plain text.
(() => {
  "use strict";

  // Paragraphs and headings as our sanitiser and our emails want them.
  document.addEventListener("trix-before-initialize", () => {
    const blocks = window.Trix.config.blockAttributes;
    blocks.default.tagName = "p";
    blocks.default.breakOnReturn = true;
    blocks.heading1.tagName = "h2";
    returnBeginsAParagraph();
  });

  // Trix would put a line break where people expect a paragraph; its own setting for that has no effect.
  let taught = false;
  function returnBeginsAParagraph() {
    const rule = window.Trix.models.LineBreakInsertion.prototype, own = rule.shouldInsertBlockBreak;
    if (taught) return;
    taught = true;
    rule.shouldInsertBlockBreak = function () { return !this.block.hasAttributes() || own.call(this); };
  }

  // Pictures have a place of their own.
  document.addEventListener("trix-file-accept", (event) => event.preventDefault());

  for (const area of document.querySelectorAll("textarea[data-rich]")) {
    const editor = document.createElement("trix-editor");
    editor.id = `${area.id}-editor`;
    editor.setAttribute("input", area.id);
    if (area.hasAttribute("aria-describedby")) editor.setAttribute("aria-describedby", area.getAttribute("aria-describedby"));
    const label = document.querySelector(`label[for="${area.id}"]`);
    if (label) {
      editor.setAttribute("aria-label", label.firstChild.textContent.trim());
      label.addEventListener("click", () => editor.focus());
    }
    area.hidden = true;
    area.after(editor);
  }
})();
