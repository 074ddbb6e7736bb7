// What scrolls inside itself can be scrolled by keyboard; the two bars beside the text have names.
"use strict";
{
  const mark = () => document.querySelectorAll("article pre, .table-wrapper, .text_html, article .math").forEach((box) => {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  });
  document.querySelector(".sidebar-drawer")?.setAttribute("aria-label", "Lessons");
  document.querySelector(".toc-drawer")?.setAttribute("aria-label", "On this page");
  mark();
  window.addEventListener("resize", mark);
  document.querySelectorAll("details").forEach((fold) => fold.addEventListener("toggle", mark));
}
