// The board in a browser: countdowns between two messages, changes as they come, the keyboard.
// Every page works without it; nothing here decides anything.
(() => {
  'use strict'
  const QUIET = 1000 // milliseconds between two readings of a list, however much changes
  const queue = () => document.getElementById('queue')
  const rows = () => [...document.querySelectorAll('#queue tr[data-ticket]')]
  const picked = new Set()
  let current = null
  let drift = 0 // the server's time minus the browser's
  let source = null
  let reading = null

  // -- time ------------------------------------------------------------------------------------------------------
  const tellTime = (instant) => { if (instant) drift = Date.parse(instant) - Date.now() }
  const written = (seconds, units) => {
    const sign = seconds < 0 ? '−' : ''
    let left = Math.abs(seconds)
    const days = Math.floor(left / 86400); left -= days * 86400
    const hours = Math.floor(left / 3600); left -= hours * 3600
    const minutes = Math.floor(left / 60)
    if (days) return `${sign}${days} ${units[0]} ${hours} ${units[1]}`
    if (hours) return `${sign}${hours} ${units[1]} ${String(minutes).padStart(2, '0')}`
    return `${sign}${minutes}:${String(left - minutes * 60).padStart(2, '0')}`
  }
  const tick = () => {
    const now = Date.now() + drift
    const holder = document.querySelector('[data-units]')
    const units = holder ? holder.dataset.units.split(' ') : ['d', 'h']
    for (const one of document.querySelectorAll('[data-due]')) {
      const at = (name) => one.dataset[name] ? Date.parse(one.dataset[name]) : Infinity
      const near = at('due') <= now ? 'late' : at('near') <= now ? 'near' : at('half') <= now ? 'half' : 'calm'
      const figure = one.querySelector('.figure')
      const words = written(Math.trunc((at('due') - now) / 1000), units)
      if (figure.textContent !== words) figure.textContent = words
      if (!one.classList.contains(near)) {
        one.classList.remove('calm', 'half', 'near', 'late')
        one.classList.add(near)
        const row = one.closest('tr')
        const order = ['late', 'near', 'half', 'calm']
        const nearest = row && order.find((name) => row.querySelector(`.left.${name}`))
        if (nearest) { row.classList.remove(...order); row.classList.add(nearest) }
      }
    }
  }

  // -- changes ---------------------------------------------------------------------------------------------------
  const lamp = (live) => {
    for (const one of document.querySelectorAll('[data-live]')) one.hidden = !live
    for (const one of document.querySelectorAll('[data-lost]')) one.hidden = live
  }
  const read = () => {
    if (reading) return
    reading = setTimeout(async () => {
      const list = queue()
      try {
        if (list) {
          await htmx.ajax('GET', list.dataset.address, { target: '#queue', swap: 'outerMorph' })
          settle()
        }
      } finally { reading = null }
    }, QUIET)
  }
  const changed = (event) => {
    const shown = new Map(rows().map((row) => [row.dataset.ticket, Number(row.dataset.version)]))
    const news = JSON.parse(event.data)
    if (queue() && news.some((one) => shown.has(one.ticket) ? shown.get(one.ticket) !== one.version : one.here)) read()
    const ticket = document.querySelector('[data-this-ticket]')
    const mine = ticket && news.find((one) => one.ticket === ticket.dataset.thisTicket)
    if (mine && mine.version > Number(ticket.dataset.version)) freshen(ticket, mine.version)
  }
  const listen = () => {
    const place = document.querySelector('[data-stream]')
    if (!place || !window.EventSource) return
    source = new EventSource(place.dataset.stream)
    source.addEventListener('open', () => lamp(true))
    source.addEventListener('error', () => lamp(false))
    source.addEventListener('time', (event) => { tellTime(event.data); lamp(true) })
    source.addEventListener('changed', changed)
    source.addEventListener('reload', () => { if (queue()) read(); else location.reload() })
    source.addEventListener('ended', () => { source.close(); location.reload() })
  }
  // The parts that nobody types into are replaced; forms stay, with a word that somebody has acted meanwhile.
  const freshen = async (ticket, version) => {
    ticket.dataset.version = version
    const typed = [...document.querySelectorAll('.steps textarea, .steps input:not([type=hidden])')].some(
      (field) => field.type === 'checkbox' ? field.checked !== field.defaultChecked : field.value !== field.defaultValue)
    const answer = await fetch(location.href, { headers: { 'HX-Request': 'true', Accept: 'text/html' } })
    if (!answer.ok) return
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
    for (const part of document.querySelectorAll('[data-part]')) {
      if (part.dataset.part === 'steps' && (typed || part.contains(document.activeElement))) continue
      const next = fresh.querySelector(`[data-part="${part.dataset.part}"]`)
      if (next) part.replaceWith(next)
    }
    const warning = document.querySelector('[data-meanwhile]')
    if (warning) warning.hidden = false
    tick()
  }

  // -- selection and keyboard ------------------------------------------------------------------------------------
  const settle = () => {
    tellTime(queue() && queue().dataset.now)
    const here = new Set(rows().map((row) => row.dataset.ticket))
    for (const one of [...picked]) if (!here.has(one)) picked.delete(one)
    for (const box of document.querySelectorAll('#bulk input[name="ticket[]"]')) {
      box.checked = picked.has(box.value)
      box.closest('tr').classList.toggle('picked', box.checked)
    }
    for (const row of rows()) row.classList.toggle('current', row.dataset.ticket === current)
    const bulk = document.querySelector('.bulk')
    if (bulk) {
      bulk.classList.toggle('none', picked.size === 0)
      bulk.querySelector('[data-selected]').textContent = picked.size ? `(${picked.size})` : ''
    }
    lamp(source !== null && source.readyState === 1)
    tick()
  }
  const go = (step) => {
    const all = rows()
    if (!all.length) return
    const at = all.findIndex((row) => row.dataset.ticket === current)
    const next = all[Math.min(all.length - 1, Math.max(0, at === -1 ? 0 : at + step))]
    current = next.dataset.ticket
    next.querySelector('.ref a').focus({ preventScroll: true })
    next.scrollIntoView({ block: 'nearest' })
    settle()
  }
  const row = () => rows().find((one) => one.dataset.ticket === current)
  const pick = (number) => { if (picked.has(number)) picked.delete(number); else picked.add(number); settle() }
  const help = () => { const keys = document.getElementById('keys'); if (keys && !keys.open) keys.showModal() }
  const typing = (target) => target.closest('input:not([type=checkbox]), textarea, select, [contenteditable]') !== null
  const keys = {
    j: () => go(1),
    k: () => go(-1),
    x: () => { if (row() && row().querySelector('.pick input')) pick(current) },
    a: () => {
      const who = document.getElementById('assignee') || document.getElementById('assign-assignee')
      if (!who) return
      if (queue() && !picked.size && current) pick(current)
      const fold = who.closest('details')
      if (fold) fold.open = true
      who.focus()
    },
    '/': () => { const search = document.getElementById('q'); if (search) { search.focus(); search.select() } },
    '?': help,
    Enter: (event) => {
      if (event.target.closest('a, button, summary')) return false
      const link = row() && row().querySelector('.ref a')
      if (link) link.click()
      return Boolean(link)
    },
  }
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    const target = event.target instanceof Element ? event.target : document.body
    if (event.key === 'Escape' && typing(target)) { target.blur(); return }
    if (typing(target) || document.querySelector('dialog[open]')) return
    const views = [...document.querySelectorAll('.views [data-view]')]
    if (/^[1-9]$/.test(event.key) && views[event.key - 1]) { event.preventDefault(); views[event.key - 1].click(); return }
    const act = keys[event.key]
    if (act && act(event) !== false) event.preventDefault()
  })
  document.addEventListener('change', (event) => {
    if (event.target.name === 'ticket[]') pick(event.target.value)
  })
  document.addEventListener('focusin', (event) => {
    const at = event.target.closest && event.target.closest('tr[data-ticket]')
    if (at && at.dataset.ticket !== current) { current = at.dataset.ticket; settle() }
  })
  document.addEventListener('click', (event) => { if (event.target.closest('[data-help]')) help() })

  const begin = () => {
    const place = document.querySelector('[data-now]')
    if (place) tellTime(place.dataset.now)
    for (const one of document.querySelectorAll('[data-help]')) one.hidden = false
    for (const box of document.querySelectorAll('#bulk input[name="ticket[]"]')) if (box.checked) picked.add(box.value)
    const here = document.querySelector('nav.sub [aria-current]')
    if (here) here.parentElement.parentElement.parentElement.scrollLeft = here.offsetLeft - 40 // a telephone's width is too small for all
    settle()
    listen()
    setInterval(tick, 1000)
  }
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', begin); else begin()
})()
