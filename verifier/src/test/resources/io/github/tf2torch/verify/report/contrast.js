// Every element whose own text is fainter than WCAG's 4.5 to 1, with the ratio.
(() => {
  const channels = color => color.match(/[\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => [r, g, b]
      .map(c => c / 255)
      .map(c => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
      .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = element => {
    for (let e = element; e; e = e.parentElement) {
      const color = channels(getComputedStyle(e).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    throw new Error('no ground');
  };
  const faint = new Set();
  document.querySelectorAll('body *').forEach(element => {
    const hasText = Array.from(element.childNodes).some(n => n.nodeType === 3 && n.textContent.trim());
    if (!hasText || !element.checkVisibility() || element.closest('script')) return;
    const style = getComputedStyle(element);
    const isSvg = element.namespaceURI.endsWith('svg');
    const text = luminance(channels(isSvg ? style.fill : style.color)), paper = luminance(ground(element));
    const ratio = (Math.max(text, paper) + 0.05) / (Math.min(text, paper) + 0.05);
    if (ratio < 4.5) faint.add(`${element.tagName}.${element.className}: ${ratio.toFixed(2)}`);
  });
  return Array.from(faint);
})()
