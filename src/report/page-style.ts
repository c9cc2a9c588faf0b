/** How a page looks: one column on a phone, two figures side by side where there is room, ink on paper in print. */

import { roles } from "./roles.js";
import { darkOf, faint, ink, muted, onDarkScreens, paper } from "./theme.js";

const variables = {
  paper,
  ink,
  muted,
  faint,
  accent: roles.ebm.colour,
  good: roles.truth.colour,
  bad: roles.failure.colour,
};

const light = Object.entries(variables).map(([name, colour]) => `--${name}:${colour};`);
const dark = Object.entries(variables).map(([name, colour]) => `--${name}:${darkOf[colour] ?? colour};`);

export const pageStyle = `
:root{color-scheme:light dark;${light.join("")}}
${onDarkScreens}{:root{${dark.join("")}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Liberation Sans",Arial,sans-serif;overflow-wrap:anywhere}
main,header,footer{max-width:62rem;margin:0 auto;padding:0 1rem}
header{padding-top:2rem}
h1{font-size:1.75rem;line-height:1.2;margin:0 0 .75rem;text-wrap:balance}
h2{font-size:1.25rem;line-height:1.3;margin:2.5rem 0 .75rem;padding-top:1rem;border-top:1px solid var(--faint)}
p{max-width:44rem;margin:0 0 .9rem}
nav ol{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin:0;padding:0;list-style:none;font-size:.9rem}
a{color:var(--accent)}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:1.5rem 2rem;margin:1rem 0}
figure{margin:0;min-width:0;max-width:34rem}
figure svg{display:block;width:100%;height:auto}
figure.wide{max-width:none;grid-column:1/-1}
figure.wide svg{width:auto;max-width:none}
.picture{margin:1rem 0 1.25rem}
.picture figure:not(.wide){max-width:38rem}
.lead{font-size:1.15rem;line-height:1.4;font-weight:600;max-width:44rem}
figcaption{font-size:.875rem;line-height:1.45;color:var(--muted);margin-top:.4rem}
figcaption b{color:var(--ink)}
details{font-size:.875rem;margin-top:.4rem}
summary{cursor:pointer;color:var(--accent)}
.scroll{overflow-x:auto;margin:.75rem 0 1.25rem}
.scroll:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
table{border-collapse:collapse;font-size:.9rem;line-height:1.4;overflow-wrap:normal}
caption{text-align:left;color:var(--muted);padding-bottom:.4rem}
th,td{text-align:left;vertical-align:baseline;padding:.35rem .9rem .35rem 0;border-bottom:1px solid var(--faint)}
thead th{border-bottom:1.5px solid var(--ink);vertical-align:bottom}
tbody th{font-weight:400;min-width:9rem}
table:not(.claims) td:not(.n,:first-child,:empty){min-width:min(14rem,50vw)}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
small{color:var(--muted)}
.verdict{white-space:nowrap;font-weight:600}
.passed span{color:var(--good)}
.failed span{color:var(--bad)}
.count{font-weight:600}
@media screen and (max-width:40rem){
.claims,.claims tbody{display:block}
.claims thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
.claims tr{display:grid;grid-template-columns:1fr auto;gap:.15rem 1rem;padding:.6rem 0;border-bottom:1px solid var(--faint)}
.claims th,.claims td{border:0;padding:0;text-align:left;white-space:normal}
.claims .verdict{grid-area:1/2}
.claims .measured,.claims .expected{grid-column:1/-1}
.claims .measured::before{content:"measured "}
.claims .expected::before{content:"expected "}
.claims td::before{color:var(--muted)}
.claims br{display:none}
.claims small{margin-left:.5rem}
}
footer{margin-top:3rem;padding-top:1rem;padding-bottom:2rem;color:var(--muted);font-size:.875rem;border-top:1px solid var(--faint)}
@media print{
@page{margin:18mm}
body{font-size:10.5pt}
nav{display:none}
.figures{grid-template-columns:1fr 1fr}
h2{break-after:avoid}
figure,tr{break-inside:avoid}
.scroll{overflow:visible}
main,header,footer{max-width:none;padding-left:0;padding-right:0}
}
`.trim();
