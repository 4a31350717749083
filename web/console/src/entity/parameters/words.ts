import { addWords } from "../../text/words.ts";

addWords(
  "parameters",
  { house: "名称与审批", work: "话后与领取", kept: "保留与脱敏", softphone: "软电话", other: "其他" },
  { house: "Name and approval", work: "Wrap-up and the pool", kept: "What is kept and hidden", softphone: "Softphone", other: "Others" },
);
