// What a client program and its test say to each other: one JSON value a line.
import { createInterface } from "node:readline";

export const settings = JSON.parse(process.argv[2]);

// Answer each question with what `acts[question.do]` returns; an error is an answer too.
export async function converse(acts) {
  for await (const line of createInterface({ input: process.stdin })) {
    const question = JSON.parse(line);
    let answer;
    try {
      answer = { result: (await acts[question.do](question)) ?? null };
    } catch (error) {
      answer = { error: error.error ?? error.code ?? error.name, message: error.error_description ?? error.message };
    }
    process.stdout.write(JSON.stringify(answer) + "\n");
  }
}
