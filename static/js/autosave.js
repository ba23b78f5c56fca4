// Saves each answer as it is given, one after the other, and says what became of it. The page works whole without this.

const PAUSE = 900
const RETRY = [1000, 2000, 5000, 10000]

const form = document.querySelector('form.app-answers')
const status = document.getElementById('saved')
const waiting = new Map() // what is still to be sent: an answer's element by its item
const refused = new Map() // what was not taken, and why: it stays on the page and goes with the form
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

const took = async (element, answer) => {
  const told = await answer.json().catch(() => ({}))
  if (answer.ok) {
    field(element, 'base').value = told.version
    field(element, 'was').value = told.was
  } else {
    const next = told.conflict ? 'Press ‘Save and continue’ to see both.' : 'Press ‘Save and continue’.'
    refused.set(element.dataset.item, `${told.problem ?? 'Not saved.'} ${next}`)
  }
  const unsaved = [...refused.values()].pop()
  if (unsaved) return say(unsaved, 'failed')
  return told.problem ? say(`${told.saved}. ${told.problem}`, 'failed') : say(told.saved, 'saved')
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
