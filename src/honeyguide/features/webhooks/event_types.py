"""What a webhook can be told about (contract webhooks, "Event types and payloads"); order, labels and descriptions as there."""

EVENT_TYPES: dict[str, tuple[str, str]] = {
    "mautic.company_post_save": ("Company Create/Update Event", "Triggered when a company is created/updated"),
    "mautic.company_post_delete": ("Company Deleted Event", "Triggered when a company is deleted"),
    "mautic.lead_channel_subscription_changed": (
        "Contact Channel Subscription Change Event",
        "Triggered when a contact's channel subscription status changes.",
    ),
    "mautic.lead_company_change": (
        "Contact Company Subscription Change Event",
        "Triggered when a commpany is added or removed to/from contact",
    ),
    "mautic.lead_post_delete": ("Contact Deleted Event", "Triggered when a contact is deleted."),
    "mautic.lead_post_save_new": ("Contact Identified Event", "Triggered when a contact is identified."),
    "mautic.lead_points_change": ("Contact Points Changed Event", "Triggered when a contact's points are modified."),
    "mautic.lead_list_change": (
        "Contact Segment Membership Change Event",
        "Triggered when a contact segment membership is changed",
    ),
    "mautic.lead_post_save_update": ("Contact Updated Event", "Triggered when a contact is updated."),
    "mautic.email_on_open": ("Email Open Event", "mautic.email.webhook.event.open_desc"),
    "mautic.email_on_send": ("Email Send Event", "mautic.email.webhook.event.send_desc"),
    "mautic.form_on_submit": ("Form Submit Event", "mautic.form.webhook.event.form.submit_desc"),
    "mautic.page_on_hit": ("Page Hit Event", "mautic.page.webhook.event.hit_desc"),
    "mautic.sms_on_send": ("Text Send Event", "mautic.sms.webhook.event.send_desc"),
}
