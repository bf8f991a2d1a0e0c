package demo

import (
	"math/rand/v2"
	"strings"
)

// personName draws a name as they are spread in China: few surnames for most
// people, so that full names repeat, one or two characters to the given name, now
// and then a character that small fonts lack, a surname of two characters, or a
// name with a middle dot.
func personName(r *rand.Rand) string {
	if r.IntN(500) == 0 {
		return pick(r, dottedGiven) + "·" + pick(r, dottedFather)
	}
	surname := pick(r, surnames)
	if r.IntN(120) == 0 {
		surname = pick(r, doubleSurnames)
	}
	switch n := r.IntN(100); {
	case n < 2:
		return surname + pick(r, rare)
	case n < 4:
		return surname + pick(r, firstOfTwo) + pick(r, rare)
	case n < 16:
		return surname + pick(r, alone)
	case n < 30:
		return surname + pick(r, favourites)
	}
	return surname + pick(r, firstOfTwo) + pick(r, secondOfTwo)
}

func pick(r *rand.Rand, from []string) string { return from[r.IntN(len(from))] }

// surnames repeat by their share of people, in half per cents.
var surnames = weighted(
	15, "王李", 13, "张刘", 10, "陈", 7, "杨", 4, "赵黄周吴", 3, "徐孙胡朱高林何郭马", 2, "罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕",
	1, "苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔赖龚文单翟解覃",
)

var (
	doubleSurnames = strings.Fields("欧阳 上官 司马 诸葛 东方 皇甫 尉迟 公孙 慕容 司徒 令狐 夏侯")
	favourites     = strings.Fields("建国 建华 建军 志强 志刚 国庆 秀英 桂英 桂芳 丽华 丽萍 玉梅 玉珍 海燕 晓东 晓燕 文斌 婷婷 子涵 宇航 俊杰 雪梅 红梅 永刚 卫东")
	alone          = strings.Split("伟芳娜敏静丽军艳杰娟涛明超霞刚燕玲辉波斌红梅琳飞雪慧莉岩颖倩宁琪蕾昊", "")
	firstOfTwo     = strings.Split("志建文国永海晓玉明秀桂丽俊佳嘉子雨思宇浩博雅欣梦诗若亦承景立学振启庆红雪美慧淑凤月新宏世光正凯启天传成", "")
	secondOfTwo    = strings.Split("华军明伟杰峰辉斌林东生文超英芳梅燕玲霞娟萍琴云珍静敏慧洁怡婷涵轩航宇博然阳晨辰豪毅刚成龙山海川波涛鑫磊森亮", "")
	rare           = strings.Split("喆堃玥镕珺璟祎翀昉犇垚赟頔琨昶骞彧珏钰湉", "")
	dottedGiven    = strings.Fields("阿依古丽 古丽娜尔 热依汗 阿卜杜拉 艾力 努尔兰 叶尔江 哈力克 帕提古丽 巴哈尔")
	dottedFather   = strings.Fields("艾合买提 买买提 吐尔逊 依明 卡德尔 木拉提 玉素甫 托合提 哈山 沙吾提")
)

// weighted repeats each character of a list as often as the number before it says.
func weighted(pairs ...any) (list []string) {
	for i := 0; i+1 < len(pairs); i += 2 {
		for _, r := range pairs[i+1].(string) {
			for range pairs[i].(int) {
				list = append(list, string(r))
			}
		}
	}
	return list
}
