// The board on a screen in the room, beside app.js and now.js: light and dark follow the office's clock, and a link that was taken back shows nothing
// but why.
(() => {
  document.addEventListener("fresh", () => {
    const wants = document.getElementById("board").dataset.wants;
    if (wants) document.documentElement.dataset.theme = wants;
  });
  document.addEventListener("htmx:responseError", ({ detail }) => {
    if ([404, 429].includes(detail.xhr.status)) location.reload();
  });
})();
