// Asks for the reason as soon as one's own grade is not the indicative one. Without this, the next page asks for it.

const template = document.getElementById('where-grades-differ')
const grade = document.querySelector('[data-item="overall.grade"]')

const ask = () => {
  const own = grade.querySelector('input:checked')?.value
  const differs = Boolean(own) && own !== template.dataset.indicative
  const there = document.querySelector('[data-item="overall.reason"]')
  if (differs && !there) grade.after(template.content.cloneNode(true))
  // What was typed is never taken away.
  if (!differs && there && !there.querySelector('textarea').value) there.remove()
}

if (template?.dataset.indicative && grade) {
  grade.addEventListener('change', ask)
  ask()
}
