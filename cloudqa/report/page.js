// What failed is open, what passed is closed; the page's own buttons change both afterwards.
// Below a step comes first what is wrong, then what was said, and last, closed, where it was raised.
document.addEventListener("DOMContentLoaded", () => {
  const captionOf = (message) => message.querySelector(".embed-button").textContent;
  document.querySelectorAll(".embeds").forEach((embeds) => {
    const messages = [...embeds.querySelectorAll(":scope > .messages")];
    const isWrong = (message) => captionOf(message) === "Error Message";
    const isTraceback = (message) => captionOf(message) === "Error Traceback";
    embeds.prepend(...messages.filter(isWrong));
    embeds.append(...messages.filter(isTraceback));
    if (location.hash) return; // a link to a page with chosen parts open
    messages.filter((message) => !isTraceback(message)).forEach((message) => {
      message.querySelectorAll(".embed-button, .embed-content").forEach((part) => part.classList.remove("collapse"));
    });
  });
  document.querySelectorAll(".global-summary-status.xfailed, .feature-summary-row.xfailed").forEach((label) => {
    label.lastChild.textContent = label.lastChild.textContent.replace("xfailed", "known to fail");
  });
  if (location.hash) return;
  document.querySelectorAll(".scenario-header.passed, .scenario-capsule.passed").forEach((part) => {
    part.classList.add("collapse");
  });
});
