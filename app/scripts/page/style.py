"""The style sheet of the page: A4, calm, readable in black and white."""

STYLE = """
@page { size: A4; margin: 18mm 17mm 20mm; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 178mm; padding: 12mm 4mm; color: #1c2127; background: #fff;
  font: 10.5pt/1.5 Georgia, "Noto Serif", "Times New Roman", serif; overflow-wrap: anywhere; }
h1, h2, h3, th, .small, .key, .tag, .number, nav, dt {
  font-family: "Segoe UI", Inter, "Helvetica Neue", Arial, sans-serif; }
h1 { font-size: 21pt; line-height: 1.2; margin: 0 0 2mm; font-weight: 600; }
h2 { font-size: 14pt; margin: 11mm 0 3mm; padding-bottom: 1.2mm; border-bottom: 0.3mm solid #1c2127; font-weight: 600; }
h3 { font-size: 11.5pt; margin: 0 0 1.5mm; font-weight: 600; break-after: avoid; }
p, blockquote, ul, dl, table { margin: 0 0 2.2mm; }
a { color: inherit; text-decoration: none; border-bottom: 0.2mm solid #9aa3ad; }
.small { font-size: 8.5pt; color: #535c67; }
.number { color: #535c67; font-weight: 400; margin-right: 2mm; }
.tag { font-size: 8pt; font-weight: 400; border: 0.25mm solid #9aa3ad; border-radius: 2mm;
  padding: 0 1.6mm; margin-left: 2mm; }
.step { padding: 4mm 0 2.5mm; border-top: 0.2mm solid #d4d9de; break-inside: avoid-page; }
.step:first-of-type { border-top: 0; }
.say { border-left: 0.9mm solid #1c2127; padding: 0 0 0 4mm; margin: 0 0 2mm; }
.say p { margin: 0; unicode-bidi: plaintext; }
.or { font-style: italic; color: #535c67; margin: 0 0 1.2mm; padding-left: 4.9mm; }
.gap { border-bottom: 0.25mm dotted #1c2127; font-style: italic; }
.when { color: #535c67; font-style: italic; }
.note { background: #f3f4f5; padding: 1.2mm 3mm; }
ul { padding-left: 6mm; }
table { border-collapse: collapse; width: 100%; break-inside: avoid; }
th { font-size: 8.5pt; text-align: left; font-weight: 600; color: #535c67; }
th, td { padding: 0.9mm 3mm 0.9mm 0; border-bottom: 0.2mm solid #d4d9de; vertical-align: top; }
.answers td:first-child, .answers th:first-child { width: 11mm; }
.key { font-weight: 600; border: 0.25mm solid #1c2127; border-radius: 1mm; padding: 0 1.5mm; font-size: 9pt; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.6mm 5mm; }
dt { font-size: 8.5pt; color: #535c67; padding-top: 0.4mm; } dd { margin: 0; }
nav ol { columns: 2; column-gap: 10mm; padding: 0; margin: 0; list-style: none; font-size: 9.5pt; }
nav li { break-inside: avoid; margin-bottom: 0.8mm; } nav a { border: 0; }
.disclosure { border: 0.3mm solid #1c2127; padding: 3.5mm 5mm 1.5mm; margin-bottom: 4mm; break-inside: avoid; }
@media print { body { padding: 0; max-width: none; } a { border-bottom: 0; } }
"""
