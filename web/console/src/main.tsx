// The console's first line: words, then the page.
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import "./style/console.css";
import { startWords } from "./text/words.ts";

const root = document.getElementById("console");
if (root) void startWords().then(() => createRoot(root).render(<App />));
