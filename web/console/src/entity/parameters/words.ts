import { addWords } from "../../text/words.ts";

addWords(
  "parameters",
  { house: "名称与审批", work: "话后与领取", kept: "保留与脱敏", softphone: "软电话", other: "其他", pictures: "标志与图片", picture: { logo: "标志", "sign-in": "登录页图片" }, noPicture: "未设置", choosePicture: "选择图片", pictureHint: "PNG、JPEG 或 WebP，最大 1 MB，宽高最多 4096 像素。显示在页面左上角和登录页，登录前也可见。" },
  { house: "Name and approval", work: "Wrap-up and the pool", kept: "What is kept and hidden", softphone: "Softphone", other: "Others", pictures: "Logo and picture", picture: { logo: "Logo", "sign-in": "Picture at signing in" }, noPicture: "Not set", choosePicture: "Choose a picture", pictureHint: "PNG, JPEG or WebP, at most 1 MB and 4096 pixels wide and high. It is shown at the top left and at signing in, also to those who have not signed in." },
);
