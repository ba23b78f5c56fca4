// Saves each answer as it is given, one after the other, and says what became of it. The page works whole without this.

const PAUSE = 900
const RETRY = [1000, 2000, 5000, 10000]

const form = document.querySelector('form.app-answers')
const status = document.getElementById('saved')
const waiting = new Map() // what is still to be sent: an answer's element by its item
const refused = new Map() // what was not taken, and what to say of it: it stays on the page and goes with the form
let busy = false
let leaving = false
let idle = Promise.resolve()
let timer

// A pause ends at once where the network comes back.
const pause = (milliseconds) => new Promise((resolve) => {
  setTimeout(resolve, milliseconds)
  window.addEventListener('online', resolve, { once: true })
})
const isPending = () => busy || waiting.size > 0

const say = (words, kind = '') => {
  status.textContent = words
  status.className = `app-saved${kind ? ` app-saved--${kind}` : ''}`
}

const field = (element, name) => element.querySelector(`[name="${name}-${element.dataset.item}"]`)

const answerOf = (element) => {
  const chosen = element.querySelector(`input[name="value-${element.dataset.item}"]:checked`)
  const typed = element.querySelector(`input[name="value-${element.dataset.item}"]:not([type="radio"])`)
  return { value: (chosen ?? typed)?.value ?? '', text: field(element, 'text')?.value ?? '' }
}

const post = (element) =>
  fetch(form.dataset.savesTo, {
    method: 'POST',
    keepalive: document.visibilityState === 'hidden',
    headers: { 'Content-Type': 'application/json', 'X-CSRFToken': form.elements.csrf_token.value },
    body: JSON.stringify({
      item: element.dataset.item,
      sitting: form.elements.sitting.value,
      base: Number(field(element, 'base').value),
      ...answerOf(element)
    })
  })

// One that met no server, or a busy one, is sent again until it is answered.
const send = async (element) => {
  for (let times = 0; ; times++) {
    const answer = await post(element).catch(() => null)
    if (answer && answer.status !== 503) return answer
    say('Not saved yet. Trying again.', 'failed')
    await pause(RETRY[Math.min(times, RETRY.length - 1)])
  }
}

// The line that stays in sight says which question it is and leads there; why, it says only where there is room.
const sayOf = ({ element, before = '', after = '', why }) => {
  const { name } = element.dataset
  const link = document.createElement('a')
  link.className = 'govuk-link'
  link.href = `#${element.id}`
  link.textContent = before ? `${before} ${name}` : `${name[0].toUpperCase()}${name.slice(1)} ${after}`
  const rest = document.createElement('span')
  rest.className = 'app-saved__why'
  rest.textContent = why ? `: ${why}` : ''
  say('', 'failed')
  status.append(link, rest)
}

// What describes the inputs of a question: where its error is read aloud.
const described = (element) => element.querySelector('fieldset, input:not([type="hidden"]), textarea')
const describe = (element, error, isThere) => {
  const target = described(element)
  const ids = (target.getAttribute('aria-describedby') ?? '').split(' ').filter((id) => id && id !== error)
  if (isThere) ids.push(error)
  if (ids.length) target.setAttribute('aria-describedby', ids.join(' '))
  else target.removeAttribute('aria-describedby')
}

// An error that is mended goes from its question, from the summary above, and with the last one from the title.
const clearError = (element) => {
  element.classList.remove('govuk-form-group--error')
  for (const error of element.querySelectorAll('.govuk-error-message')) {
    describe(element, error.id, false)
    error.remove()
  }
  for (const name of ['govuk-input--error', 'govuk-textarea--error']) {
    for (const input of element.querySelectorAll(`.${name}`)) input.classList.remove(name)
  }
  const summary = document.querySelector('.govuk-error-summary')
  for (const link of summary?.querySelectorAll('a') ?? []) {
    if (element.contains(document.getElementById(link.hash.slice(1)))) link.closest('li').remove()
  }
  if (summary && !summary.querySelector('li')) summary.remove()
  if (!form.querySelector('.govuk-form-group--error')) document.title = document.title.replace(/^Error: /, '')
}

const showError = (element, words) => {
  clearError(element)
  element.classList.add('govuk-form-group--error')
  const error = document.createElement('p')
  error.className = 'govuk-error-message'
  error.id = element.id.replace(/^item-/, 'error-')
  const spoken = document.createElement('span')
  spoken.className = 'govuk-visually-hidden'
  spoken.textContent = 'Error:'
  error.append(spoken, ` ${words}`)
  element.querySelector('.govuk-radios, .govuk-input, .govuk-textarea').before(error)
  for (const kind of ['input', 'textarea']) {
    element.querySelector(`.govuk-${kind}`)?.classList.add(`govuk-${kind}--error`)
  }
  describe(element, error.id, true)
}

const took = async (element, answer) => {
  const told = await answer.json().catch(() => ({}))
  if (answer.ok) {
    field(element, 'base').value = told.version
    field(element, 'was').value = told.was
    if (told.problem) showError(element, told.problem)
    else clearError(element)
  } else {
    const next = told.conflict ? 'Press ‘Save and continue’ to see both.' : 'Press ‘Save and continue’.'
    showError(element, ['Not saved', told.problem].filter(Boolean).join(': ').replace(/([^.])$/, '$1.') + ` ${next}`)
    refused.set(element.dataset.item, { element, after: 'is not saved', why: told.problem })
  }
  const unsaved = [...refused.values()].pop()
  if (unsaved) return sayOf(unsaved)
  if (told.problem) return sayOf({ element, before: `${told.saved}. Correct`, why: told.problem })
  return say(told.saved, 'saved')
}

// One at a time and in order: the last thing typed into an answer is the last thing saved.
const work = () => {
  clearTimeout(timer)
  if (!busy) idle = sendAll()
  return idle
}

const sendAll = async () => {
  busy = true
  while (waiting.size) {
    const [item, element] = waiting.entries().next().value
    waiting.delete(item)
    say('Saving')
    await took(element, await send(element))
  }
  busy = false
}

const note = (event, wait) => {
  const element = event.target.closest('[data-item]')
  if (!element) return
  waiting.set(element.dataset.item, element)
  refused.delete(element.dataset.item)
  clearTimeout(timer)
  timer = setTimeout(work, wait)
}

// The form itself carries everything that is still waiting, but goes after an answer that is on its way: an older text
// must never arrive last.
const submit = (event) => {
  leaving = true
  waiting.clear()
  clearTimeout(timer)
  if (!busy) return
  event.preventDefault()
  idle.then(() => form.requestSubmit(event.submitter))
}

// A link waits for what is being saved, so that the page it leads to shows it.
const follow = (event) => {
  const link = event.target.closest('a[href]')
  const staysHere = event.ctrlKey || event.metaKey || event.shiftKey || (link?.hash && link.pathname === location.pathname)
  if (!link || staysHere || !isPending()) return
  event.preventDefault()
  work().then(() => link.click())
}

const ask = (event) => {
  if (leaving || (!isPending() && !refused.size)) return
  work()
  event.preventDefault()
}

if (form && status) {
  form.addEventListener('input', (event) => note(event, PAUSE))
  form.addEventListener('change', (event) => note(event, 0))
  form.addEventListener('submit', submit)
  document.addEventListener('click', follow)
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') work() })
  window.addEventListener('pageshow', () => { leaving = false })
  window.addEventListener('beforeunload', ask)
}
