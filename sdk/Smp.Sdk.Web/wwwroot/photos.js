// Photos: made smaller before they are sent, shown before they are sent, compared by a slider. Without it they are sent as they are, and compared side by side.

const longest = 2560;
const small = 480;

const scaled = async (bitmap, side, quality) => {
  const factor = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * factor));
  canvas.height = Math.max(1, Math.round(bitmap.height * factor));
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise(resolve => canvas.toBlob(resolve, "image/jpeg", quality));
};

const put = (input, blob, name) => {
  const files = new DataTransfer();
  if (blob) files.items.add(new File([blob], name, { type: blob.type }));
  input.files = files.files;
};

const take = async input => {
  const file = input.files[0];
  const thumbnail = document.getElementById(input.dataset.photo);
  input.parentElement.querySelector("img")?.remove();
  put(thumbnail, null);
  if (!file) return;
  const button = input.form?.querySelector("button:not([type=button])");
  if (button) button.disabled = true;
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    // Only what is larger than a clinic needs is made anew: a picture that fits stays as the camera made it.
    if (Math.max(bitmap.width, bitmap.height) > longest) put(input, await scaled(bitmap, longest, 0.9), "photo.jpg");
    const preview = await scaled(bitmap, small, 0.8);
    put(thumbnail, preview, "thumbnail.jpg");
    const shown = new Image();
    shown.alt = "";
    shown.src = URL.createObjectURL(preview);
    shown.addEventListener("load", () => URL.revokeObjectURL(shown.src), { once: true });
    input.parentElement.append(shown);
    bitmap.close();
  } catch {
    // No picture that this browser can read: the clinic says what is wrong with it.
  } finally {
    if (button) button.disabled = false;
  }
};

document.addEventListener("change", event => {
  if (event.target.matches?.("input[data-photo]")) take(event.target);
});

// Chosen before this was loaded, or kept by the browser on the way back.
for (const input of document.querySelectorAll("input[data-photo]")) if (input.files.length) take(input);

// One picture over the other; what lies on top is cut off at the slider.
for (const pair of document.querySelectorAll("[data-compare]")) {
  const slider = pair.querySelector("input[type=range]");
  const button = pair.querySelector("[data-overlay]");
  const show = () => pair.style.setProperty("--at", `${slider.value}%`);
  slider.addEventListener("input", show);
  button.hidden = false;
  button.addEventListener("click", () => {
    const over = pair.classList.toggle("over");
    button.setAttribute("aria-pressed", String(over));
    slider.hidden = !over;
    show();
  });
}
