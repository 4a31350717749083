import { addWords } from "../../text/words.ts";

addWords(
  "calls",
  {
    path: "话路", menu: "IVR", queue: "排队", ring: "振铃", talk: "通话", hold: "保持", wrap_up: "话后", time: "时刻", after: "经过", step: "步骤", about: "说明", missing: "没有找到这通电话", recording: "录音", voicemail: "留言", answered_at: "接通", ended_at: "结束", ended_by: "挂断方",
    steps: { started: "开始", queued: "进入队列", ringing: "振铃", ring_missed: "未接", answered: "接听", held: "保持", resumed: "恢复", transferred: "转接", leg_ended: "通话段结束", left_queue: "离开队列", ended: "结束", wrapped_up: "话后完成", recorded: "录音", voicemail: "留言", rated: "评价" },
  },
  {
    path: "Path", menu: "IVR", queue: "Queue", ring: "Ring", talk: "Talk", hold: "Hold", wrap_up: "Wrap-up", time: "At", after: "After", step: "Step", about: "About", missing: "There is no such call", recording: "Recording", voicemail: "Voicemail", answered_at: "Answered", ended_at: "Ended", ended_by: "Ended by",
    steps: { started: "Began", queued: "Queued", ringing: "Ringing", ring_missed: "Not answered", answered: "Answered", held: "On hold", resumed: "Resumed", transferred: "Transferred", leg_ended: "Leg ended", left_queue: "Left the queue", ended: "Ended", wrapped_up: "Wrapped up", recorded: "Recorded", voicemail: "Voicemail", rated: "Rated" },
  },
);
