// Starts the design system's components: menus, error summaries, counters, double-click guards.
import { initAll } from './govuk-frontend.min.js'

initAll()
