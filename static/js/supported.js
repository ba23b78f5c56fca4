// Runs before the page is drawn: says which styles fit, so that nothing jumps when the modules arrive.
// A file of its own, since no script stands inside a page; not a module, since those wait for the whole page.
document.body.classList.add('js-enabled')
if ('noModule' in HTMLScriptElement.prototype) {
  document.body.classList.add('govuk-frontend-supported')
}
