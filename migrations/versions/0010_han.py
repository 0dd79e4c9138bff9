"""Traditional Chinese, Japanese and simplified forms of a character are one to the search, and so are the two kanas

Only what `search_soft` gives for these scripts changes. What has such characters is taken in anew through the outbox,
and with it the books of series, which are found by their number now.

Revision ID: 0010
Revises: 0009
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# The commonest characters in titles and names that are written in two or three ways, the simplified one last.
FORMS = """
國国 義义 華华 樣样 樣様样 萬万 與与 專专 業业 東东 絲丝 兩两 両两 嚴严 厳严 喪丧 個个 豐丰 豊丰 臨临 為为 麗丽 舉举
挙举 烏乌 樂乐 楽乐 喬乔 習习 鄉乡 郷乡 書书 買买 亂乱 爭争 虧亏 雲云 亞亚 亜亚 產产 産产 畝亩 親亲 億亿 僅仅 從从
従从 倉仓 儀仪 們们 價价 価价 眾众 衆众 優优 會会 傘伞 偉伟 傳传 伝传 傷伤 倫伦 偽伪 體体 傭佣 俠侠 侶侣 偵侦 側侧
僑侨 儉俭 債债 傾倾 償偿 儲储 兒儿 児儿 黨党 蘭兰 關关 関关 興兴 養养 獸兽 獣兽 內内 岡冈 冊册 寫写 軍军 農农 馮冯
衝冲 決决 況况 凍冻 淨净 浄净 涼凉 減减 湊凑 幾几 鳳凤 凱凯 擊击 撃击 劃划 劉刘 則则 剛刚 創创 別别 劍剑 剣剑 劇剧
勸劝 辦办 務务 動动 勵励 勞劳 労劳 勢势 勝胜 區区 醫医 單单 単单 賣卖 売卖 衛卫 卻却 廠厂 廳厅 歷历 歴历 曆历 暦历
壓压 圧压 縣县 県县 參参 雙双 發发 発发 髮发 髪发 變变 変变 敘叙 葉叶 號号 嘆叹 後后 嚇吓 呂吕 嗎吗 聽听 聴听 啟启
啓启 吳吴 員员 嗚呜 詠咏 響响 啞哑 問问 喚唤 嘯啸 噴喷 嚮向 團团 団团 園园 圍围 囲围 圖图 図图 圓圆 円圆 聖圣 場场
壞坏 壊坏 塊块 堅坚 壇坛 墳坟 墜坠 壘垒 塹堑 執执 報报 墻墙 牆墙 壯壮 聲声 殼壳 壽寿 處处 処处 備备 復复 複复 夠够
頭头 誇夸 夾夹 奪夺 奮奋 奧奥 妝妆 婦妇 媽妈 嫵妩 姍姗 婁娄 嬌娇 孫孙 學学 孿孪 寧宁 寶宝 實实 実实 寵宠 審审 憲宪
宮宫 寬宽 寛宽 賓宾 對对 対对 尋寻 導导 將将 爾尔 塵尘 盡尽 層层 屍尸 屆届 屬属 嶺岭 島岛 峽峡 崗岗 嶽岳 幣币 師师
帳帐 帶带 帯带 幫帮 廣广 広广 莊庄 荘庄 慶庆 廬庐 庫库 應应 応应 廟庙 龐庞 廢废 廃废 開开 異异 棄弃 張张 彌弥 彎弯
弾弹 彈弹 強强 歸归 帰归 當当 錄录 録录 徹彻 徑径 徳德 禦御 憶忆 懷怀 懐怀 態态 總总 総总 戀恋 惡恶 悪恶 懸悬 驚惊
慘惨 慚惭 憤愤 願愿 懶懒 戲戏 戯戏 戰战 戦战 戶户 戸户 撲扑 掃扫 揚扬 擾扰 撫抚 拋抛 搶抢 護护 擔担 擬拟 擁拥 択择
擇择 擠挤 揮挥 損损 換换 據据 拠据 擲掷 攜携 攝摄 摂摄 搖摇 揺摇 攤摊 敵敌 數数 齋斋 斎斋 鬥斗 闘斗 斬斩 斷断 無无
舊旧 時时 曠旷 晝昼 顯显 顕显 曉晓 暁晓 暫暂 術术 機机 殺杀 雜杂 雑杂 權权 権权 條条 來来 楊杨 傑杰 極极 構构 槍枪
楓枫 櫃柜 檸柠 標标 棟栋 樹树 棲栖 橋桥 樺桦 檔档 夢梦 檢检 検检 櫻樱 桜樱 歐欧 歡欢 歓欢 殘残 殤殇 毀毁 畢毕 氣气
気气 漢汉 湯汤 溝沟 沒没 淚泪 涙泪 潔洁 灑洒 澤泽 沢泽 濁浊 測测 濟济 済济 渾浑 濃浓 濤涛 漣涟 潤润 漲涨 淵渊 漁渔
滲渗 溫温 遊游 灣湾 濕湿 潰溃 濺溅 滅灭 燈灯 靈灵 霊灵 災灾 煉炼 煙烟 熱热 愛爱 爺爷 牽牵 犧牺 犠牺 狀状 猶犹 狹狭
獅狮 獄狱 獨独 獵猎 猟猎 貓猫 獻献 瑪玛 環环 現现 璽玺 瓊琼 電电 畫画 暢畅 疊叠 療疗 瘋疯 癡痴 皺皱 盞盏 監监 盤盘
盜盗 眞真 矯矫 礦矿 鉱矿 碼码 磚砖 禮礼 禍祸 祿禄 禪禅 離离 種种 積积 稱称 穩稳 穏稳 窮穷 竊窃 竅窍 窯窑 豎竖 競竞
筆笔 筍笋 箏筝 簡简 籃篮 籠笼 類类 糧粮 糾纠 紀纪 約约 紅红 納纳 紙纸 紋纹 純纯 線线 綫线 練练 組组 細细 織织 終终
紹绍 經经 経经 結结 繞绕 繪绘 絵绘 給给 絡络 絕绝 絶绝 統统 繼继 継继 績绩 緒绪 續续 続续 維维 綿绵 綠绿 緑绿 緣缘
縁缘 編编 緩缓 締缔 縫缝 纏缠 縱纵 縦纵 網网 羅罗 罰罚 羨羡 聞闻 聯联 聰聪 聡聪 肅肃 腸肠 膚肤 腎肾 腫肿 脅胁 脈脉
脫脱 腦脑 脳脑 臉脸 膽胆 藝艺 芸艺 節节 蘇苏 蘋苹 莖茎 荊荆 薦荐 榮荣 栄荣 藥药 薬药 蓮莲 獲获 瑩莹 鶯莺 蘿萝 螢萤
蛍萤 營营 営营 蕭萧 薩萨 藍蓝 薔蔷 蔵藏 虜虏 慮虑 蟲虫 雖虽 蝦虾 蝕蚀 蟻蚁 蠻蛮 補补 襯衬 襲袭 裝装 見见 觀观 観观
規规 視视 覺觉 覚觉 覽览 覧览 觸触 計计 訂订 認认 討讨 讓让 譲让 訓训 議议 記记 講讲 許许 論论 設设 訪访 證证 証证
評评 識识 詞词 試试 詩诗 誠诚 話话 誕诞 詭诡 詳详 語语 誤误 說说 説说 請请 諸诸 諾诺 讀读 読读 誰谁 調调 談谈 謀谋
謎谜 謝谢 譜谱 譚谭 貝贝 負负 財财 責责 賢贤 敗败 貨货 質质 貧贫 購购 貴贵 費费 賀贺 賊贼 資资 賭赌 賜赐 賞赏 賽赛
贊赞 贈赠 趙赵 趕赶 躍跃 踐践 蹤踪 車车 軌轨 軒轩 轉转 転转 輪轮 軟软 轟轰 軽轻 輕轻 載载 較较 輝辉 輩辈 輯辑 輸输
轄辖 辭辞 邊边 辺边 遼辽 達达 遷迁 過过 邁迈 運运 還还 這这 進进 遠远 違违 連连 遲迟 遅迟 適适 選选 遺遗 鄧邓 鄭郑
鄰邻 隣邻 鬱郁 醜丑 釋释 釈释 裡里 裏里 鑒鉴 鑑鉴 針针 釣钓 鈴铃 鐵铁 鉄铁 鉛铅 銀银 銅铜 銘铭 錢钱 銭钱 鋼钢 鑰钥
鐘钟 鍾钟 鎖锁 錯错 錫锡 錦锦 鍵键 鋒锋 鎮镇 鎭镇 鏡镜 長长 門门 閃闪 閉闭 間间 閑闲 閒闲 悶闷 閣阁 閱阅 閲阅 闊阔
隊队 陽阳 陰阴 陣阵 階阶 際际 陸陆 陳陈 險险 険险 隨随 隱隐 隠隐 隻只 雛雏 難难 霧雾 靜静 韓韩 頁页 頂顶 項项 順顺
須须 預预 領领 頻频 題题 顏颜 顔颜 風风 飛飞 飢饥 飯饭 飲饮 飾饰 館馆 饅馒 馬马 馴驯 駛驶 駐驻 駕驾 罵骂 駱骆 驗验
験验 騎骑 騙骗 騷骚 騒骚 驛驿 駅驿 驅驱 駆驱 鬧闹 魚鱼 魯鲁 鮮鲜 鯨鲸 鳥鸟 雞鸡 鶏鸡 鳴鸣 鴨鸭 鴉鸦 鴻鸿 鵬鹏 鶴鹤
鷹鹰 麥麦 黃黄 黑黒 點点 齊齐 斉齐 齒齿 歯齿 龍龙 竜龙 龜龟 亀龟 穀谷 範范 係系 繫系 鬆松 颱台 臺台 檯台 闆板 製制
麵面 麺面 鄕乡 鹽盐 塩盐 釀酿 醸酿 仮假 収收 囑嘱 帥帅 幹干 乾干 彥彦 徵征 拝拜 歩步 毎每 潛潜 瀧泷 滝泷 満满 滿满
燒烧 焼烧 燦灿 爐炉 獎奖 奨奖 瘡疮 紛纷 紗纱 緊紧 緋绯 縮缩 罷罢 脣唇 艦舰 蒼苍 蔣蒋 蕩荡 蝸蜗 蠟蜡 詐诈 該该 諜谍
謊谎 賴赖 頼赖 躰体 轍辙 遙遥 鄒邹 鈔钞 鉤钩 鋸锯 錶表 鍊链 鏈链 鑽钻 閻阎 陝陕 顛颠 飄飘 駭骇 騰腾 髒脏 鬚须 鮑鲍
鵝鹅 鸚鹦 麼么 齡龄
"""


def _pairs() -> dict[str, str]:
    """Each other form and the one it is taken for."""
    kana = {chr(n): chr(n + 0x60) for n in range(0x3041, 0x3097)}  # hiragana as katakana
    return kana | {form: forms[-1] for forms in FORMS.split() for form in forms[:-1]}


AFTER_ACCENTS = "    x := lower(public.unaccent('public.unaccent'::regdictionary, x));\n"
FOLDING = r"""    IF x ~ '[\u3041-\u3096\u4e00-\u9fff]' THEN
      x := translate(x, '{forms}', '{kept}');
    END IF;
"""
SOURCE = "SELECT pg_get_functiondef('search_soft(text)'::regprocedure)"

TAKE_IN_ANEW = r"""
INSERT INTO events (topic, happened, subject_id, recorded_at)
SELECT 'item', 'stored', i.id, now() FROM media_items AS i LEFT JOIN book_items AS b ON b.item_id = i.id
WHERE b.series IS NOT NULL
   OR concat_ws(' ', i.title, i.subtitle, i.original_title, array_to_string(i.creators, ' '))
      ~ '[\u3041-\u3096\u4e00-\u9fff]'
ORDER BY i.popularity DESC, i.id
"""


def upgrade() -> None:
    connection = op.get_bind()
    source = connection.exec_driver_sql(SOURCE).scalar_one()
    connection.exec_driver_sql(source.replace(AFTER_ACCENTS, AFTER_ACCENTS + _folding()))
    connection.exec_driver_sql(TAKE_IN_ANEW)


def downgrade() -> None:
    connection = op.get_bind()
    source = connection.exec_driver_sql(SOURCE).scalar_one()
    connection.exec_driver_sql(source.replace(_folding(), ""))


def _folding() -> str:
    pairs = _pairs()
    return FOLDING.format(forms="".join(pairs), kept="".join(pairs.values()))
