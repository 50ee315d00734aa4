// Draws labels: one JSON line in ({ zpl, width_mm, height_mm, dpmm }), one JSON line out ({ pictures: [PNG as base64] }
// or { trouble }). Ends with its input.
const { createInterface } = require("node:readline");
const { ready } = require(process.argv[2]);

ready.then(async ({ api }) => {
    for await (const line of createInterface({ input: process.stdin })) {
        const { zpl, width_mm, height_mm, dpmm } = JSON.parse(line);
        let answer;
        try {
            answer = { pictures: await api.zplToBase64MultipleAsync(zpl, width_mm, height_mm, dpmm) };
        } catch (trouble) {
            answer = { trouble: String(trouble) };
        }
        await new Promise((done) => process.stdout.write(JSON.stringify(answer) + "\n", done));
    }
    process.exit(0); // the renderer's Go runtime would go on waiting
});
