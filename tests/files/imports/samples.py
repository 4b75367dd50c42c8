"""The smallest file of each format that holds a chat, by the name of the file and of the format."""

from __future__ import annotations

SAMPLES: dict[str, tuple[str, str]] = {
    "claude-code.jsonl": ("Claude Code",
        '{"type":"summary","summary":"Greeting","leafUuid":"u2"}\n'
        '{"type":"user","uuid":"u1","parentUuid":null,"isSidechain":false,"sessionId":"s1","cwd":"/p","ve'
        'rsion":"2.1.0","timestamp":"2026-01-02T03:04:05.000Z","message":{"role":"user","content":"List t'
        'he files"}}\n'
        '{"type":"assistant","uuid":"u2","parentUuid":"u1","sessionId":"s1","timestamp":"2026-01-02T03:04'
        ':07.000Z","requestId":"r1","message":{"id":"m1","type":"message","role":"assistant","model":"cla'
        'ude-x","content":[{"type":"tool_use","id":"t1","name":"Bash","input":{"command":"ls"}}],"usage":'
        '{"input_tokens":9,"output_tokens":3}}}\n'
        '{"type":"user","uuid":"u3","parentUuid":"u2","sessionId":"s1","timestamp":"2026-01-02T03:04:08.0'
        '00Z","message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"a.t'
        'xt"}]},"toolUseResult":{"stdout":"a.txt"}}\n'
        '{"type":"assistant","uuid":"u4","parentUuid":"u3","sessionId":"s1","timestamp":"2026-01-02T03:04'
        ':09.000Z","message":{"id":"m2","role":"assistant","model":"claude-x","content":[{"type":"text","'
        'text":"One file: a.txt"}],"usage":{"input_tokens":14,"output_tokens":6}}}\n'),
    "codex.jsonl": ("Codex",
        '{"timestamp":"2026-01-02T03:04:05Z","type":"session_meta","payload":{"id":"c1","timestamp":"2026'
        '-01-02T03:04:05Z","cwd":"/p","cli_version":"0.125.0","model_provider":"openai"}}\n'
        '{"timestamp":"2026-01-02T03:04:05Z","type":"turn_context","payload":{"cwd":"/p","model":"gpt-x",'
        '"effort":"high"}}\n'
        '{"timestamp":"2026-01-02T03:04:06Z","type":"response_item","payload":{"type":"message","role":"u'
        'ser","content":[{"type":"input_text","text":"What is 2+2?"}]}}\n'
        '{"timestamp":"2026-01-02T03:04:08Z","type":"response_item","payload":{"type":"reasoning","summar'
        'y":[{"type":"summary_text","text":"Simple sum"}],"content":null,"encrypted_content":"AAAA"}}\n'
        '{"timestamp":"2026-01-02T03:04:09Z","type":"response_item","payload":{"type":"message","role":"a'
        'ssistant","content":[{"type":"output_text","text":"4"}]}}\n'),
    "gemini-cli.json": ("Gemini CLI",
        '{"sessionId":"g1","projectHash":"h","startTime":"2026-01-02T03:04:05Z","lastUpdated":"2026-01-02'
        'T03:04:09Z","messages":[\n'
        ' {"id":"1","timestamp":"2026-01-02T03:04:05Z","type":"user","content":[{"text":"hi"}]},\n'
        ' {"id":"2","timestamp":"2026-01-02T03:04:09Z","type":"gemini","content":"hello","model":"gemini-'
        'x","thoughts":[{"subject":"Greeting","description":"short","timestamp":"2026-01-02T03:04:08Z"}],'
        '"tokens":{"input":3,"output":2,"cached":0,"thoughts":1,"tool":0,"total":6}}]}\n'),
    "aider.md": ("Aider",
        '# aider chat started at 2026-01-02 03:04:05\n'
        '\n'
        '> aider v0.86  \n'
        '> Main model: gpt-x with diff edit format  \n'
        '\n'
        '#### rename foo to bar  \n'
        '\n'
        'I renamed it.\n'
        '\n'
        '> Applied edit to a.py  \n'),
    "chatgpt.json": ("ChatGPT",
        '[{"title":"T","create_time":1767323045.5,"conversation_id":"k1","current_node":"n2","mapping":{\n'
        ' "n0":{"id":"n0","parent":null,"children":["n1"],"message":null},\n'
        ' "n1":{"id":"n1","parent":"n0","children":["n2"],"message":{"id":"n1","author":{"role":"user"},"'
        'content":{"content_type":"text","parts":["Who won?"]},"metadata":{}}},\n'
        ' "n2":{"id":"n2","parent":"n1","children":[],"message":{"id":"n2","author":{"role":"assistant"},'
        '"recipient":"all","content":{"content_type":"text","parts":["Team A.\\ue200cite\\ue202turn0search1'
        '\\ue201"]},"metadata":{"model_slug":"gpt-x","content_references":[{"matched_text":"\\ue200cite\\ue2'
        '02turn0search1\\ue201","start_idx":7,"end_idx":26,"type":"grouped_webpages","items":[{"title":"Ne'
        'ws","url":"https://example.org/a"}]}]}}}}}]\n'),
    "claude.json": ("Claude",
        '[{"uuid":"a1","name":"Art","created_at":"2026-01-02T03:04:05Z","updated_at":"2026-01-02T03:05:00'
        'Z","chat_messages":[\n'
        ' {"uuid":"b1","sender":"human","text":"Make a page","content":[{"type":"text","text":"Make a pag'
        'e"}],"attachments":[],"files":[]},\n'
        ' {"uuid":"b2","sender":"assistant","text":"","content":[{"type":"tool_use","id":"t1","name":"art'
        'ifacts","input":{"command":"create","id":"p","type":"text/html","title":"Page","content":"<p>Hi<'
        '/p>"}},{"type":"tool_result","tool_use_id":"t1","name":"artifacts","content":[{"type":"text","te'
        'xt":"OK"}]},{"type":"text","text":"Done."}]}]}]\n'),
    "deepseek.json": ("DeepSeek",
        '[{"id":"d1","title":"T","inserted_at":"2026-01-02T03:04:05+08:00","updated_at":"2026-01-02T03:05'
        ':00+08:00","mapping":{"root":{"id":"root","parent":null,"children":["1"],"message":null},\n'
        ' "1":{"id":"1","parent":"root","children":["2"],"message":{"model":null,"inserted_at":"2026-01-0'
        '2T03:04:05+08:00","files":[],"fragments":[{"type":"REQUEST","content":"Why?"}]}},\n'
        ' "2":{"id":"2","parent":"1","children":[],"message":{"model":"deepseek-x","inserted_at":"2026-01'
        '-02T03:04:09+08:00","files":[],"fragments":[{"type":"THINK","content":"hm"},{"type":"RESPONSE","'
        'content":"Because."}]}}}}]\n'),
    "grok.json": ("Grok",
        '{"conversations":[{"conversation":{"id":"g1","title":"T","create_time":"2026-01-02T03:04:05Z"},"'
        'responses":[{"response":{"_id":"r1","sender":"human","message":"Hi","create_time":{"$date":{"$nu'
        'mberLong":"1767323045000"}}}},{"response":{"_id":"r2","sender":"assistant","message":"Hello","pa'
        'rent_response_id":"r1","model":"grok-x","create_time":{"$date":{"$numberLong":"1767323047000"}}}'
        '}]}]}\n'),
    "gemini-takeout.json": ("Gemini",
        '[{"header":"Gemini Apps","title":"Prompted Capital of France?","time":"2026-01-02T03:04:05.000Z"'
        ',"products":["Gemini Apps"],"activityControls":["Gemini Apps Activity"],"safeHtmlItem":[{"html":'
        '"<p>It is <b>Paris</b>.</p>"}]}]\n'),
    "aistudio.json": ("Google AI Studio",
        '{"runSettings":{"model":"models/gemini-x","temperature":1.0},"systemInstruction":{"text":"Be bri'
        'ef"},"chunkedPrompt":{"chunks":[{"role":"user","text":"Hi","tokenCount":2},{"role":"model","text'
        '":"thinking","isThought":true},{"role":"model","text":"Hello","finishReason":"STOP","tokenCount"'
        ':3}],"pendingInputs":[]}}\n'),
    "qwen.json": ("Qwen",
        '{"success":true,"data":[{"id":"q1","title":"T","chat":{"history":{"currentId":"2","messages":{"1'
        '":{"id":"1","parentId":null,"childrenIds":["2"],"role":"user","content":"hi"},"2":{"id":"2","par'
        'entId":"1","childrenIds":[],"role":"assistant","content":"","model":"qwen-x","content_list":[{"p'
        'hase":"think","content":"hm"},{"phase":"answer","content":"yo"}]}}}},"created_at":1767323045}]}\n'),
    "chat-ui.json": ("HuggingChat",
        '[{"_id":"h1","title":"T","model":"org/model","preprompt":"","messages":[{"id":"m1","from":"user"'
        ',"content":"hi","ancestors":[],"children":["m2"]},{"id":"m2","from":"assistant","content":"yo","'
        'ancestors":["m1"],"children":[]}],"createdAt":"2026-01-02T03:04:05Z"}]\n'),
    "lechat.json": ("Le Chat",
        '[{"id":"m1","chatId":"l1","version":0,"role":"user","content":"hi","contentChunks":null,"created'
        'At":"2026-01-02T03:04:05Z","files":[]},{"id":"m2","chatId":"l1","version":0,"role":"assistant","'
        'content":"yo","contentChunks":[{"type":"text","text":"yo"}],"createdAt":"2026-01-02T03:04:09Z","'
        'files":[]}]\n'),
    "copilot.csv": ("Microsoft Copilot",
        'Conversation,Time,Author,Message\n'
        '"Greeting",2026-01-02T03:04:09,AI,"Hello"\n'
        '"Greeting",2026-01-02T03:04:09,Human,"Hi"\n'),
    "lobechat.json": ("LobeChat",
        '{"mode":"pglite","schemaHash":"x","data":{"sessions":[{"id":"s1","title":"S"}],"topics":[{"id":"'
        't1","title":"T","sessionId":"s1"}],"messages":[{"id":"m1","role":"user","content":"hi","topicId"'
        ':"t1","sessionId":"s1","createdAt":"2026-01-02T03:04:05Z"},{"id":"m2","role":"assistant","conten'
        't":"yo","parentId":"m1","topicId":"t1","sessionId":"s1","model":"gpt-x","provider":"openai","cre'
        'atedAt":"2026-01-02T03:04:09Z"}]}}\n'),
    "nextchat.json": ("NextChat",
        '{"chat-next-web-store":{"sessions":[{"id":"n1","topic":"T","lastUpdate":1767323045000,"messages"'
        ':[{"id":"1","role":"user","content":"hi","date":"2/1/2026, 3:04:05"},{"id":"2","role":"assistant'
        '","content":"yo","date":"2/1/2026, 3:04:09","model":"gpt-x"}],"mask":{"context":[],"modelConfig"'
        ':{"model":"gpt-x","temperature":0.5}}}]}}\n'),
    "big-agi.json": ("big-AGI",
        '{"conversations":[{"id":"b1","userTitle":"T","systemPurposeId":"Generic","created":1767323045000'
        ',"updated":1767323047000,"messages":[{"id":"1","role":"user","created":1767323045000,"fragments"'
        ':[{"ft":"content","fId":"a","part":{"pt":"text","text":"hi"}}]},{"id":"2","role":"assistant","cr'
        'eated":1767323047000,"generator":{"mgt":"aix","name":"gpt-x","aix":{"vId":"openai","mId":"openai'
        '-gpt-x"}},"fragments":[{"ft":"void","fId":"b","part":{"pt":"ma","aType":"reasoning","aText":"hm"'
        '}},{"ft":"content","fId":"c","part":{"pt":"text","text":"yo"}}]}]}],"models":{"sources":[]}}\n'),
    "typingmind.json": ("TypingMind",
        '{"data":{"chats":[{"chatID":"t1","chatTitle":"T","model":"gpt-x","createdAt":"2026-01-02T03:04:0'
        '5Z","messages":[{"uuid":"1","role":"user","content":"hi","createdAt":"2026-01-02T03:04:05Z"},{"u'
        'uid":"2","role":"assistant","content":[{"type":"text","text":"yo"}],"createdAt":"2026-01-02T03:0'
        '4:09Z"}]}],"folders":[]}}\n'),
    "batch.jsonl": ("Batch files",
        '{"custom_id":"r1","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-x","messages'
        '":[{"role":"user","content":"hi"}]}}\n'),
    "batch-out.jsonl": ("Batch files",
        '{"id":"batch_req_1","custom_id":"r1","response":{"status_code":200,"request_id":"q","body":{"id"'
        ':"c","created":1767323045,"model":"gpt-x","choices":[{"index":0,"message":{"role":"assistant","c'
        'ontent":"yo"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_t'
        'okens":2}}},"error":null}\n'),
    "preference.jsonl": ("Preference files",
        '{"input":{"messages":[{"role":"user","content":"hi"}]},"preferred_output":[{"role":"assistant","'
        'content":"Hello!"}],"non_preferred_output":[{"role":"assistant","content":"What?"}]}\n'),
    "bare.json": ("OpenAI JSONL",
        '[{"role":"user","content":"hi"},{"role":"assistant","content":"yo"}]\n'),
    "sharegpt-tools.json": ("ShareGPT",
        '[{"conversations":[{"from":"human","value":"2+2?"},{"from":"function_call","value":"{\\"name\\":\\"'
        'add\\",\\"arguments\\":{\\"a\\":2,\\"b\\":2}}"},{"from":"observation","value":"4"},{"from":"gpt","value'
        '":"It is 4."}],"tools":"[]"}]\n'),
    "llamafactory-v1.jsonl": ("OpenAI JSONL",
        '{"messages":[{"role":"user","content":[{"type":"text","value":"hi"}],"loss_weight":0.0},{"role":'
        '"assistant","content":[{"type":"reasoning","value":"hm"},{"type":"text","value":"yo"}],"loss_wei'
        'ght":1.0}]}\n'),
    "openwebui-output.json": ("Open WebUI",
        '[{"id":"o1","chat":{"title":"T","history":{"currentId":"b","messages":{"a":{"id":"a","parentId":'
        'null,"childrenIds":["b"],"role":"user","content":"Weather?","timestamp":1767323045},"b":{"id":"b'
        '","parentId":"a","childrenIds":[],"role":"assistant","model":"gpt-x","content":"<details type=\\"'
        'tool_calls\\"><summary>Tool Executed</summary>\\"rain\\"</details>Rain.","output":[{"type":"functio'
        'n_call","call_id":"c1","name":"weather","arguments":"{\\"city\\":\\"X\\"}"},{"type":"function_call_o'
        'utput","call_id":"c1","output":[{"type":"input_text","text":"rain"}]},{"type":"message","role":"'
        'assistant","content":[{"type":"output_text","text":"Rain."}]}]}}}}}]\n'),
    "alpaca.jsonl": ("Alpaca",
        '{"instruction":"Add","input":"2 and 2","output":"4","history":[["Hi","Hello"]]}\n'),
    "hermes.json": ("Hermes agent",
        '{"session_id":"h1","platform":"cli","session_start":"2026-01-02T03:04:05Z","messages":[{"role":"'
        'user","content":"hi"},{"role":"assistant","content":"yo"}]}\n'),
    "hermes-trace.json": ("Hermes agent",
        '{"producer":"hermes/1","session_id":"h2","messages":[{"message_id":"a","role":"user","text":"hi"'
        '},{"message_id":"b","role":"assistant","text":"yo","state":"active"}]}\n'),
    "perplexity.json": ("Perplexity",
        '{"metadata":{"thread_id":"p1","thread_title":"T"},"conversations":[{"uuid":"a","query":"hi","ans'
        'wer":"yo","sources":[{"url":"https://a.example","title":"A"}]}]}\n'),
    "perplexity-entries.json": ("Perplexity",
        '{"status":"ok","entries":[{"uuid":"a","query_str":"hi","blocks":[{"markdown_block":{"answer":"yo'
        '"}}]}]}\n'),
    "contents.json": ("OpenAI JSONL",
        '{"contents":[{"role":"user","parts":[{"text":"hi"}]},{"role":"model","parts":[{"text":"yo"}]}]}\n'),
    "responses.json": ("OpenAI JSONL",
        '{"model":"gpt-x","input":[{"role":"user","content":"hi"},{"type":"function_call","call_id":"c","'
        'name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"c","output":"r"},{"type":"'
        'message","role":"assistant","content":[{"type":"output_text","text":"yo"}]}]}\n'),
    "trl.jsonl": ("Preference files",
        '{"prompt":"hi","chosen":"yo","rejected":"what"}\n'),
    "swift.jsonl": ("Preference files",
        '{"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"yo"}],"rejected_respo'
        'nse":"what"}\n'),
    "shared.json": ("ChatGPT",
        '{"title":"S","conversation_id":"s1","linear_conversation":[{"id":"r"},{"id":"a","message":{"auth'
        'or":{"role":"user"},"content":{"content_type":"text","parts":["hi"]}}},{"id":"b","message":{"aut'
        'hor":{"role":"assistant"},"content":{"parts":["yo"]}}}]}\n'),
}
