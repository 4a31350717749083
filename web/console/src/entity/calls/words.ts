import { addWords } from "../../text/words.ts";

addWords(
  "calls",
  {
    path: "话路", number: "完整号码，或 *尾号", numberEnd: "号码须完整；只知道尾号时在前面加 *，如 *{{end}}。", noPath: "没有这通电话的话路。", goesOn: "进行中", position: "队列第 {{number}} 位", score: "{{number}} 分", menu: "IVR", queue: "排队", ring: "振铃", talk: "通话", hold: "保持", wrap_up: "话后", time: "时刻", after: "经过", step: "步骤", about: "说明", missing: "没有找到这通电话", recording: "录音", noRecording: "电话系统报告了录音，但现在无法播放：{{why}}", voicemail: "留言", answered_at: "接通", ended_at: "结束", ended_by: "挂断方",
    steps: { started: "开始", queued: "进入队列", ringing: "振铃", ring_missed: "未接", answered: "接听", held: "保持", resumed: "恢复", transferred: "转接", leg_ended: "通话段结束", left_queue: "离开队列", ended: "结束", wrapped_up: "话后完成", recorded: "录音", voicemail: "留言", rated: "评价" },
    whys: {
      inbound: "呼入", outbound: "呼出", internal: "内部", no_answer: "无人接听", caller_gave_up: "客户挂断", answered_elsewhere: "其他座席已接听", failed: "未接通（忙线、拒接或不可达）", blind: "盲转", attended: "咨询转",
      caller: "客户挂断", agent: "座席挂断", system: "系统挂断", lost: "数据源中断", abandoned: "客户放弃", timed_out: "排队超时", key: "按键离开", overflow: "溢出",
    },
  },
  {
    path: "Path", number: "Whole number, or *its end", numberEnd: "A number has to be whole; put a * before its end, such as *{{end}}.", noPath: "The path of this call is not known.", goesOn: "In progress", position: "place {{number}}", score: "score {{number}}", menu: "IVR", queue: "Queue", ring: "Ring", talk: "Talk", hold: "Hold", wrap_up: "Wrap-up", time: "At", after: "After", step: "Step", about: "About", missing: "There is no such call", recording: "Recording", noRecording: "The telephone system names a recording, but it cannot be played now: {{why}}", voicemail: "Voicemail", answered_at: "Answered", ended_at: "Ended", ended_by: "Ended by",
    steps: { started: "Began", queued: "Queued", ringing: "Ringing", ring_missed: "Not answered", answered: "Answered", held: "On hold", resumed: "Resumed", transferred: "Transferred", leg_ended: "Leg ended", left_queue: "Left the queue", ended: "Ended", wrapped_up: "Wrapped up", recorded: "Recorded", voicemail: "Voicemail", rated: "Rated" },
    whys: {
      inbound: "inbound", outbound: "outbound", internal: "internal", no_answer: "no answer", caller_gave_up: "caller hung up", answered_elsewhere: "answered by somebody else", failed: "not reached (busy, refused or unreachable)", blind: "blind", attended: "after consultation",
      caller: "caller hung up", agent: "agent hung up", system: "ended by the system", lost: "source lost", abandoned: "abandoned", timed_out: "timed out", key: "left by key", overflow: "overflow",
    },
  },
);
