// Only where scripts run: whoever types an amount means that one, whoever chooses another does not mean it any more.
const other = document.getElementById("other");
const choices = document.querySelectorAll("#amount [type=radio]");
other?.addEventListener("input", () => {
  for (const choice of choices) choice.checked = choice.value === "other";
});
for (const choice of choices) {
  choice.addEventListener("change", () => {
    if (choice.value !== "other") other.value = "";
  });
}
