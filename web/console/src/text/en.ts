import type { Catalogue } from "./zh.ts";

/** Every sentence of the console in English. */
export const en: Catalogue = {
  app: { name: "Callboard", logo: "Logo", skip: "Skip to content", menu: "Menu", user: "User menu", zone: "All times are those of {{zone}}", open: "Open server" },
  group: {
    organisation: "Organisation", settings: "Settings", lists: "Lists", knowledge: "Knowledge", customers: "Customers", calls: "Calls", system: "System",
    monitoring: "Live", quality: "Quality", analysis: "Analysis",
  },
  action: {
    query: "Search", reset: "Reset", create: "New", edit: "Edit", save: "Save", cancel: "Cancel", close: "Close", remove: "Delete", enable: "Enable", disable: "Disable",
    undo: "Undo", export: "Export", import: "Import", columns: "Columns", more: "More", retry: "Try again", reload: "Reload", back: "Back", detail: "View", previous: "Previous", next: "Next",
    confirm: "Confirm", copy: "Copy", copied: "Copied", usual: "Use the default", download: "Download", choose: "choose a file", moreFilters: "More filters", fewerFilters: "Fewer filters", actions: "Actions", first: "First page", all: "All of them",
  },
  sign: {
    in: "Sign in", out: "Sign out", title: "Sign in to Callboard", login: "Login", password: "Password", wrong: "The login or the password is not right", locked: "Locked after too many tries. Try again in {{seconds}} seconds.",
    lockedSoon: "Locked after too many tries. Try again later.", or: "or", expired: "The session has ended", expiredText: "Sign in again to go on where you were; what you have not saved is still there.",
    first: "Choose a new password", firstText: "This password works once. Choose a new one to go on.", other: "Use another login", loginNeeded: "Enter your login", passwordNeeded: "Enter your password",
    noDoor: "This server offers no way to sign in. Ask an administrator.",
    reasons: {
      denied: "Sign-on was refused or cancelled.", expired: "Sign-on took too long, or ended in another browser. Try again.", unknown: "You have no account here yet. Ask an administrator.", disabled: "Your account is disabled. Ask an administrator.",
      provider: "The sign-on service does not answer, or its answer cannot be trusted. Try again later, or ask an administrator.", other: "Sign-on did not succeed. Try again.",
    },
  },
  password: { title: "Change password", old: "Current password", new: "New password", again: "New password again", differs: "The two are not the same", rule: "At least {{least}} characters, without the login in it.", changed: "Password changed", needed: "Required" },
  profile: {
    title: "Profile", name: "Name", phone: "Phone", language: "Language", theme: "Theme", light: "Light", dark: "Dark", system: "As the system", saved: "Saved", sessions: "Sessions",
    since: "Signed in", seen: "Last used", address: "Address", agent: "Browser", current: "This session", end: "End", ended: "Session ended", none: "There is no profile here", noneText: "This server is open: it asks nobody who they are. Language and theme are chosen at the top right, for this machine.",
  },
  player: { rate: "Speed", broken: "This recording cannot be played. It may have been moved, or the browser does not know its format." },
  tokens: {
    title: "API tokens", make: "New token", none: "No tokens yet. A program with a token acts in your name, with the rights that you choose.", name: "Name", rights: "Rights", until: "Good for", days: "{{days}} days", begins: "Begins with", expires: "Until", used: "Last used",
    revoke: "Revoke", revokeTitle: "Revoke the token “{{name}}”?", revokeText: "Programs that use it lose access at once.",
  },
  list: {
    search: "Search", searchIn: "Search {{what}}", all: "All", total: "{{count}} in all", page: "Page {{page}}", size: "{{size}} a page", sizeLabel: "Rows a page", empty: "{{what}} will be listed here", emptyText: "There is nothing yet.",
    noneFound: "Nothing matches", noneFoundText: "Widen the filters, or reset them.", loading: "Loading", chooseColumns: "Columns shown", filters: "Filters", from: "from", to: "to", spans: { today: "Today", yesterday: "Yesterday", week: "This week", month: "This month" }, yes: "Yes", no: "No", loadingMore: "Loading", sortBy: "Sort by {{what}}", choose: "Choose {{what}}", choosePage: "Choose this page", results: "List of {{what}}", nobody: "(nobody)", created_at: "Created", updated_at: "Changed", exportText: "All pages, with the columns shown", noneText: "Nothing to show",
  },
  form: {
    create: "New: {{what}}", edit: "Edit: {{what}}", created: "Created", saved: "Saved", required: "{{what}} is required", unsaved: "There are unsaved changes", unsavedText: "They are lost when you leave.", leave: "Discard them", stay: "Keep editing", nothing: "Nothing changed", email: "Not a mail address", phone: "Digits only, a + may stand in front", listHint: "Enter adds an entry", secretHint: "Leave empty to keep it", json: "Not valid JSON", ctrlEnter: "saves", preview: "Preview", previewEmpty: "Markdown: # title, - list, **bold**, [link](https://...). It shows here.", once: "Keep this now", onceText: "The token is shown this once and never again.",
  },
  clash: { title: "Somebody else changed this", text: "These fields changed on the server after you opened the form.", field: "Field", before: "When opened", theirs: "Now", mine: "Mine", keepMine: "Keep my changes", takeTheirs: "Take what is there now" },
  remove: { title: "Delete “{{what}}”?", text: "This cannot be undone. It is written to the audit log.", done: "Deleted" },
  toggle: { enabled: "Enabled “{{what}}”", disabled: "Disabled “{{what}}”" },
  detail: { fields: "Details", trail: "Changes", noTrail: "No changes yet", by: "By", at: "At", before: "Before", after: "After", version: "Version {{version}}", missing: "No such record", missingText: "It may have been deleted, or be outside your data scope.", list: "Back to the list" },
  import: {
    title: "Import {{what}}", drop: "Drop a CSV or XLSX file here, or", template: "Template", mode: "Rows that exist", insert: "Are errors", upsert: "Are updated", start: "Import", running: "Importing", done: "Imported", failed: "Not imported: nothing was written", cancelled: "Cancelled: nothing was written",
    progress: "{{done}} of {{rows}} rows", accepted: "{{count}} accepted", rejected: "{{count}} rejected", row: "Row", field: "Field", reason: "Reason", again: "Another file", atomic: "The file is written as a whole: one wrong row, and nothing is.", file: "File to import", errors: "Errors by row",
  },
  problem: {
    title: "Something went wrong", unknown: "It did not work. Try again.", offline: "The server cannot be reached. This goes on by itself when it is back.", signIn: "Sign in again.", refused: "You do not have the right to do this. Ask an administrator if you need it.", missing: "There is no such record; it may have been deleted.", used: "It is in use. Remove what refers to it first, or disable it instead.",
    changed: "Somebody else changed this. Reload it.", large: "The file is too large. Split it and try again.", invalid: "Some of it has to be corrected.", often: "Too many requests. Wait a moment.", server: "The server failed. Try again later; tell an administrator when it happens again.", page: "This page cannot be shown", pageText: "The rest still works. Try again, or open another page on the left.",
  },
  offline: "No network. What you see is from before.",
  missing: { title: "There is no such page", text: "Choose one on the left.", refused: "You may not see this page", refusedText: "Your roles do not include reading “{{what}}”. Ask an administrator if you need it." },
  home: {
    title: "Home", today: "Today", asOf: "as of {{time}}", walls: "Open the walls", queues: "Skill groups", queue: "Name", columns: { waiting: "Waiting", longest: "Longest", ready: "Ready / online", offered: "Offered today", level: "Service level" }, levelWithin: "Service level, {{seconds}} s",
    empty: "You have no rights yet", emptyText: "Ask an administrator to give you a role; then reload this page.", few: "Pages that you may open", fewText: "Your roles do not include calls, appointments or follow-ups, so there is nothing to show here. Ask an administrator if you need them.",
    fresh: "No call has been heard of yet", freshText: "Ask an administrator to connect the events of the telephone system.",
    steps: {
      source: { title: "Connect a source", text: "Let Asterisk, Kafka or another system send its events (asterisk.md, kafka.md and import-csv.md in docs/guide), or upload a file of events on that page." },
      queues: { title: "Keep the skill groups", text: "Give each queue of the telephone system, by its code, a name and a target of service; figures are shown by these names." },
      users: { title: "Add users", text: "Give colleagues an account and a role; the role says what they see." },
    }, appointments: "Appointments due", followUps: "To follow up within a week", bulletins: "Bulletins", unread: "{{count}} unread", read: "Got it", done: "Done",
    figures: { offered: "Offered", answered: "Answered", abandoned: "Abandoned", service_level: "Service level", asa: "Mean answer", waiting: "Waiting", online: "Agents online" }, asides: { waiting: "longest {{value}}", online: "{{value}} ready" },
    no: { appointments: "No appointment is due", followUps: "Nothing planned within a week", bulletins: "There is no bulletin now" }, levels: { warning: "Important", urgent: "Urgent" },
  },
  lines: { folded: "{{count}} unchanged lines: show them", removed: "taken away", added: "added" },
  tree: { choose: "Choose one on the left" },
  keys: { search: "search", open: "open", close: "close", move: "move" },
};
