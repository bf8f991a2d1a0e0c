package demo

import (
	"math/rand/v2"
	"strconv"
)

// A unit holds its branches; the first of them is the leadership's.
type unit struct {
	name     string
	batch    int
	branches []branch
}

type branch struct {
	name string
	from int // its first member
	size int
}

// The bounds of a branch. A leadership branch has room for the unit's responsible
// persons and some of the district's.
const (
	smallestBranch     = 5
	smallestLeadership = 12
	largestBranch      = 45
)

// layout divides members among units and branches in the proportion of 18,400 to
// 50 to 1,000.
func layout(r *rand.Rand, members int) []unit {
	units := make([]unit, max(2, (members*50+9_200)/18_400))
	for i := range units {
		units[i].name, units[i].batch = unitName(i)
		units[i].branches = make([]branch, 1, 32)
	}
	var tickets []int // a unit holds as many as it is large
	for i := range units {
		for range 1 + r.IntN(6) {
			tickets = append(tickets, i)
		}
	}
	for range max(0, (members*1_000+9_200)/18_400-len(units)) {
		u := &units[tickets[r.IntN(len(tickets))]]
		u.branches = append(u.branches, branch{})
	}
	for i := range units {
		for j := range units[i].branches {
			units[i].branches[j].name = branchName(units[i].batch, j, len(units[i].branches))
		}
	}
	fill(r, units, members)
	return units
}

// fill gives every branch its least and deals out the rest.
func fill(r *rand.Rand, units []unit, members int) {
	var tickets []*branch
	for i := range units {
		for j := range units[i].branches {
			b := &units[i].branches[j]
			b.size = smallestBranch
			if j == 0 {
				b.size = smallestLeadership
			}
			members -= b.size
			for range 1 + r.IntN(5) {
				tickets = append(tickets, b)
			}
		}
	}
	for members > 0 {
		if b := tickets[r.IntN(len(tickets))]; b.size < largestBranch {
			b.size++
			members--
		}
	}
	from := 0
	for i := range units {
		for j := range units[i].branches {
			units[i].branches[j].from = from
			from += units[i].branches[j].size
		}
	}
}

// unitName is the name and batch of the i-th unit: the pilot, then the first
// batch, then as many of the second as there are more.
func unitName(i int) (name string, batch int) {
	switch {
	case i == 0:
		return unitNames[0], 0
	case i < len(unitNames):
		return unitNames[i], 1
	}
	i -= len(unitNames)
	place, i := places[i%len(places)], i/len(places)
	kind, i := kinds[i%len(kinds)], i/len(kinds)
	if i > 0 {
		return place + "第" + numeral(i+1) + kind, 2
	}
	return place + kind, 2
}

// branchName is the name of the i-th of n branches in a unit of a batch. Offices
// name theirs after their sections, the second batch numbers them; the retired
// come last.
func branchName(batch, i, n int) string {
	switch {
	case n == 1:
		return "党支部"
	case i == n-1 && n > 3:
		return "离退休支部"
	case batch == 2:
		return "第" + numeral(i+1) + "支部"
	case i < len(branchNames):
		return branchNames[i]
	}
	return "基层第" + numeral(i-len(branchNames)+1) + "支部"
}

// numeral writes 1 to 99 as Chinese does, and more in digits.
func numeral(n int) string {
	digits := []string{"", "一", "二", "三", "四", "五", "六", "七", "八", "九"}
	switch {
	case n >= 100:
		return strconv.Itoa(n)
	case n < 10:
		return digits[n]
	case n < 20:
		return "十" + digits[n%10]
	}
	return digits[n/10] + "十" + digits[n%10]
}

// unitNames are the pilot, the unit that the district's leaders belong to, and
// the rest of the first batch.
var unitNames = [...]string{
	"区民政局", "区委办公室", "区委组织部", "区委宣传部", "区委统战部", "区教育局", "区发展和改革局", "区科学技术局",
	"区工业和信息化局", "区公安分局", "区司法局", "区财政局", "区人力资源和社会保障局", "区自然资源局", "区生态环境分局",
	"区住房和城乡建设局", "区交通运输局", "区水务局", "区农业农村局", "区商务局", "区文化和旅游局", "区卫生健康局",
	"区退役军人事务局", "区应急管理局", "区审计局", "区市场监督管理局", "区统计局", "区医疗保障局", "区城市管理局",
	"区行政审批局", "区信访局", "区机关事务服务中心", "区档案馆", "区融媒体中心", "区税务局", "区人民法院", "区人民检察院",
	"区人大常委会机关", "区政协机关", "区政府办公室", "区纪委监委机关", "区委政法委", "区委党校", "区总工会", "共青团区委",
	"区妇女联合会", "区残疾人联合会", "区工商业联合会", "区人民医院", "区供销合作社",
}

// places and kinds make the units of the second batch.
var (
	places = [...]string{
		"云桥", "青石", "河湾", "松林", "柳堤", "东渡", "南塘", "西坪", "北陵", "花岭", "白鹭", "红枫", "金穗", "银杏", "芦荻", "竹溪",
		"梅园", "兰坡", "菊香", "荷塘", "桃源", "杏林", "榆树", "槐荫", "枣岭", "栗山", "石桥", "清泉", "甘井", "双柳", "三槐", "五柳",
	}
	kinds = [...]string{
		"街道", "社区", "小学", "中学", "卫生服务中心", "商会", "农业公司", "幼儿园", "敬老院", "建筑公司", "物业公司", "行业协会",
		"会计师事务所", "律师事务所", "纺织厂", "食品厂",
	}
)

var branchNames = [...]string{
	"机关第一支部", "机关第二支部", "综合科支部", "办公室支部", "人事科支部", "财务科支部", "党建科支部", "法规科支部",
	"业务一科支部", "业务二科支部", "业务三科支部", "信息科支部", "服务中心支部", "督查科支部", "规划科支部", "项目科支部",
	"安全科支部", "宣传科支部", "后勤科支部", "执法一队支部", "执法二队支部", "窗口支部", "青年支部",
}
