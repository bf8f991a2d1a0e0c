package sheet

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestColumnsAreFoundInEitherLanguageHoweverTyped(t *testing.T) {
	number, name := Column{"member_no", "编号"}, Column{"name", "姓名"}
	phone, unit := Column{"phone", "手机号"}, Column{"unit", "单位"}
	known := []Column{number, name, phone, unit}
	for _, test := range []struct {
		header  []string
		at      map[string]int
		missing []Column
		unknown []string
	}{
		{[]string{"编号", "姓名", "手机号", "单位"}, map[string]int{"member_no": 0, "name": 1, "phone": 2, "unit": 3}, nil, nil},
		{[]string{"Unit", " PHONE ", "ＮＡＭＥ", "\ufeffMember No"}, map[string]int{"member_no": 3, "name": 2, "phone": 1, "unit": 0}, nil, nil},
		{[]string{"姓　名", "编号*"}, map[string]int{"name": 0, "member_no": 1}, []Column{phone, unit}, nil},
		{[]string{"编号", "", "备注", "member_no", "编号"}, map[string]int{"member_no": 0}, []Column{name, phone, unit}, []string{"备注", "member_no", "编号"}},
		{nil, map[string]int{}, known, nil},
	} {
		at, missing, unknown := Columns(test.header, known)
		if diff := cmp.Diff(test.at, at); diff != "" {
			t.Errorf("%q at (-want +got):\n%s", test.header, diff)
		}
		if diff := cmp.Diff(test.missing, missing); diff != "" {
			t.Errorf("%q missing (-want +got):\n%s", test.header, diff)
		}
		if diff := cmp.Diff(test.unknown, unknown); diff != "" {
			t.Errorf("%q unknown (-want +got):\n%s", test.header, diff)
		}
	}
}
