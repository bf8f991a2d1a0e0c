package simulator

import "encoding/json"

// An Account is a User object of the Bot API.
type Account struct {
	ID           int64  `json:"id"`
	IsBot        bool   `json:"is_bot"`
	FirstName    string `json:"first_name"`
	LastName     string `json:"last_name,omitempty"`
	Username     string `json:"username,omitempty"`
	LanguageCode string `json:"language_code,omitempty"`
}

// A Chat is a Chat object of the Bot API.
type Chat struct {
	ID        int64  `json:"id"`
	Type      string `json:"type"`
	Title     string `json:"title,omitempty"`
	Username  string `json:"username,omitempty"`
	FirstName string `json:"first_name,omitempty"`
	LastName  string `json:"last_name,omitempty"`
	IsForum   bool   `json:"is_forum,omitempty"`
}

// A Message is a Message object of the Bot API, with the fields that the
// simulator can fill.
type Message struct {
	MessageID             int64           `json:"message_id"`
	MessageThreadID       int64           `json:"message_thread_id,omitempty"`
	From                  *Account        `json:"from,omitempty"`
	SenderChat            *Chat           `json:"sender_chat,omitempty"`
	Date                  int64           `json:"date"`
	Chat                  *Chat           `json:"chat,omitempty"`
	ForwardOrigin         *Origin         `json:"forward_origin,omitempty"`
	IsTopicMessage        bool            `json:"is_topic_message,omitempty"`
	ReplyToMessage        json.RawMessage `json:"reply_to_message,omitempty"`
	EditDate              int64           `json:"edit_date,omitempty"`
	HasProtectedContent   bool            `json:"has_protected_content,omitempty"`
	MediaGroupID          string          `json:"media_group_id,omitempty"`
	Text                  string          `json:"text,omitempty"`
	Entities              []Entity        `json:"entities,omitempty"`
	Caption               string          `json:"caption,omitempty"`
	CaptionEntities       []Entity        `json:"caption_entities,omitempty"`
	ShowCaptionAboveMedia bool            `json:"show_caption_above_media,omitempty"`
	Photo                 []Photo         `json:"photo,omitempty"`
	Document              *Document       `json:"document,omitempty"`
	Contact               *Contact        `json:"contact,omitempty"`
	Location              *Location       `json:"location,omitempty"`
	NewChatMembers        []Account       `json:"new_chat_members,omitempty"`
	LeftChatMember        *Account        `json:"left_chat_member,omitempty"`
	NewChatTitle          string          `json:"new_chat_title,omitempty"`
	GroupChatCreated      bool            `json:"group_chat_created,omitempty"`
	SupergroupChatCreated bool            `json:"supergroup_chat_created,omitempty"`
	MigrateToChatID       int64           `json:"migrate_to_chat_id,omitempty"`
	MigrateFromChatID     int64           `json:"migrate_from_chat_id,omitempty"`
	PinnedMessage         json.RawMessage `json:"pinned_message,omitempty"`
	ReplyMarkup           *InlineKeyboard `json:"reply_markup,omitempty"`
}

// An Entity marks a part of a text; offsets count UTF-16 units.
type Entity struct {
	Type           string   `json:"type"`
	Offset         int      `json:"offset"`
	Length         int      `json:"length"`
	URL            string   `json:"url,omitempty"`
	User           *Account `json:"user,omitempty"`
	Language       string   `json:"language,omitempty"`
	CustomEmojiID  string   `json:"custom_emoji_id,omitempty"`
	UnixTime       int64    `json:"unix_time,omitempty"`
	DateTimeFormat string   `json:"date_time_format,omitempty"`
}

// An Origin tells whose message was forwarded.
type Origin struct {
	Type       string   `json:"type"`
	Date       int64    `json:"date"`
	SenderUser *Account `json:"sender_user,omitempty"`
}

// A Photo is one size of a picture.
type Photo struct {
	FileID       string `json:"file_id"`
	FileUniqueID string `json:"file_unique_id"`
	Width        int    `json:"width"`
	Height       int    `json:"height"`
	FileSize     int64  `json:"file_size,omitempty"`
}

// A Document is a file sent as it is.
type Document struct {
	FileID       string `json:"file_id"`
	FileUniqueID string `json:"file_unique_id"`
	FileName     string `json:"file_name,omitempty"`
	MimeType     string `json:"mime_type,omitempty"`
	FileSize     int64  `json:"file_size,omitempty"`
}

// A Contact is a shared phone number.
type Contact struct {
	PhoneNumber string `json:"phone_number"`
	FirstName   string `json:"first_name"`
	LastName    string `json:"last_name,omitempty"`
	UserID      int64  `json:"user_id,omitempty"`
}

// A Location is a shared place.
type Location struct {
	Latitude           float64 `json:"latitude"`
	Longitude          float64 `json:"longitude"`
	HorizontalAccuracy float64 `json:"horizontal_accuracy,omitempty"`
	LivePeriod         int     `json:"live_period,omitempty"`
	Heading            int     `json:"heading,omitempty"`
}

// An InlineKeyboard is what hangs below a message of the bot.
type InlineKeyboard struct {
	Rows [][]Button `json:"inline_keyboard"`
}

// A Button is one button of an inline keyboard.
type Button struct {
	Text                         string          `json:"text"`
	IconCustomEmojiID            string          `json:"icon_custom_emoji_id,omitempty"`
	Style                        string          `json:"style,omitempty"`
	URL                          string          `json:"url,omitempty"`
	CallbackData                 string          `json:"callback_data,omitempty"`
	WebApp                       json.RawMessage `json:"web_app,omitempty"`
	LoginURL                     json.RawMessage `json:"login_url,omitempty"`
	SwitchInlineQuery            *string         `json:"switch_inline_query,omitempty"`
	SwitchInlineQueryCurrentChat *string         `json:"switch_inline_query_current_chat,omitempty"`
	SwitchInlineQueryChosenChat  json.RawMessage `json:"switch_inline_query_chosen_chat,omitempty"`
	CopyText                     *CopyText       `json:"copy_text,omitempty"`
	CallbackGame                 json.RawMessage `json:"callback_game,omitempty"`
	Pay                          bool            `json:"pay,omitempty"`
}

// A CopyText is what a button puts on the clipboard.
type CopyText struct {
	Text string `json:"text"`
}

// A Member is a ChatMember object of the Bot API.
type Member struct {
	Status      string  `json:"status"`
	User        Account `json:"user"`
	IsMember    *bool   `json:"is_member,omitempty"`
	IsAnonymous *bool   `json:"is_anonymous,omitempty"`
	UntilDate   *int64  `json:"until_date,omitempty"`

	// These three both kinds of rights have.
	CanChangeInfo  *bool `json:"can_change_info,omitempty"`
	CanInviteUsers *bool `json:"can_invite_users,omitempty"`
	CanPinMessages *bool `json:"can_pin_messages,omitempty"`
	*Rights
	*Permissions
}

// Rights are what an administrator may do.
type Rights struct {
	CanBeEdited         bool `json:"can_be_edited"`
	CanManageChat       bool `json:"can_manage_chat"`
	CanDeleteMessages   bool `json:"can_delete_messages"`
	CanManageVideoChats bool `json:"can_manage_video_chats"`
	CanRestrictMembers  bool `json:"can_restrict_members"`
	CanPromoteMembers   bool `json:"can_promote_members"`
	CanPostStories      bool `json:"can_post_stories"`
	CanEditStories      bool `json:"can_edit_stories"`
	CanDeleteStories    bool `json:"can_delete_stories"`
}

// Permissions are what a restricted member may still do.
type Permissions struct {
	CanSendMessages       bool `json:"can_send_messages"`
	CanSendAudios         bool `json:"can_send_audios"`
	CanSendDocuments      bool `json:"can_send_documents"`
	CanSendPhotos         bool `json:"can_send_photos"`
	CanSendVideos         bool `json:"can_send_videos"`
	CanSendVideoNotes     bool `json:"can_send_video_notes"`
	CanSendVoiceNotes     bool `json:"can_send_voice_notes"`
	CanSendPolls          bool `json:"can_send_polls"`
	CanSendOtherMessages  bool `json:"can_send_other_messages"`
	CanAddWebPagePreviews bool `json:"can_add_web_page_previews"`
	CanReactToMessages    bool `json:"can_react_to_messages"`
	CanEditTag            bool `json:"can_edit_tag"`
	CanManageTopics       bool `json:"can_manage_topics"`
}
