import { mount } from "svelte";
import App from "./App.svelte";
import "./studio.css";

const target = document.getElementById("studio")!;
// What stood there for the first paint.
target.replaceChildren();
mount(App, { target });
