/* Photos made small before they are sent, so that a weak network carries them.
   data-shrink on a field for files draws what is chosen there anew. */

const WIDE = 1600; // pixels of the longer side, as the server keeps it

/* A photo of at most 1600 pixels as WebP or JPEG, upright, without place and camera. */
export async function shrink(file) {
  const image = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, WIDE / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(image.width * scale);
  canvas.height = Math.round(image.height * scale);
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff"; // behind what shines through
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
  const draw = (type) => new Promise((resolve) => canvas.toBlob(resolve, type, 0.75));
  const webp = await draw("image/webp");
  const small = webp?.type === "image/webp" ? webp : await draw("image/jpeg");
  if (!small) throw new Error("no picture");
  return small;
}

for (const input of document.querySelectorAll("input[type=file][data-shrink]")) {
  input.addEventListener("change", async () => {
    const chosen = [...input.files];
    const small = await Promise.all(chosen.map(shrinkFile));
    const same = chosen.every((file, at) => file === input.files[at]); // nothing else chosen since
    if (!same || input.files.length !== chosen.length) return;
    const files = new DataTransfer();
    for (const file of small) files.items.add(file);
    input.files = files.files;
  });
}

/* The photo made small, or as it is where that fails or saves nothing. */
async function shrinkFile(file) {
  try {
    const small = await shrink(file);
    return small.size < file.size ? new File([small], file.name, { type: small.type }) : file;
  } catch {
    return file;
  }
}
